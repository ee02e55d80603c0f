//! Five hundred orders can wait, and no more.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};

/// Orders, and cooks who wait for them.
pub struct Kitchen {
    orders: Mutex<VecDeque<u32>>,
    bell: Condvar,
}

impl Kitchen {
    /// No orders yet.
    pub fn new() -> Self {
        Kitchen { orders: Mutex::new(VecDeque::new()), bell: Condvar::new() }
    }

    /// Puts an order at the end.
    pub fn order(&self, order: u32) {
        self.orders
            .lock()
            .map(|mut o| {
                if o.len() < 500 {
                    o.push_back(order)
                }
            })
            .unwrap();
        self.bell.notify_all();
    }

    /// Takes enough orders to fill the pan, the oldest first. Waits until they are there.
    pub fn begin(&self, pan: usize) -> Vec<u32> {
        let mut orders = self.orders.lock().expect("nobody panics");
        while orders.len() < pan {
            orders = self.bell.wait(orders).expect("nobody panics");
        }
        orders.drain(..pan).collect()
    }
}
