use std::thread;

pub fn body() {
    fn sort(mut list: Vec<u32>, depth: u32) -> Vec<u32> {
        if list.len() < 2 {
            return list;
        }
        let right = list.split_off(list.len() / 2);
        let (left, right) = if depth == 0 {
            (sort(list, 0), sort(right, 0))
        } else {
            let other = thread::spawn(move || sort(right, depth - 1));
            (sort(list, depth - 1), other.join().unwrap())
        };
        let (mut a, mut b) = (left.into_iter().peekable(), right.into_iter().peekable());
        let mut all = Vec::new();
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            let next = if x <= y { a.next() } else { b.next() };
            all.extend(next);
        }
        all.extend(a);
        all.extend(b);
        all
    }
    let list = (0..200).map(|n| n * 37 % 101).collect();
    assert!(sort(list, 2).is_sorted());
}
