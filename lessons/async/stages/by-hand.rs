//! A future does nothing until it is polled. Here, `main` polls one by hand.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

// ANCHOR: guest
async fn guest() -> &'static str {
    println!("reads the menu");
    Later { polled: false }.await;
    println!("has read it");
    "soup"
}
// ANCHOR_END: guest

// ANCHOR: later
/// Is ready when it is polled for the second time.
struct Later {
    polled: bool,
}

impl Future for Later {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.polled {
            return Poll::Ready(());
        }
        self.polled = true;
        Poll::Pending
    }
}
// ANCHOR_END: later

// ANCHOR: main
fn main() {
    let mut guest = pin!(guest());
    println!("main: has called it");
    let mut context = Context::from_waker(Waker::noop());
    println!("main: {:?}", guest.as_mut().poll(&mut context));
    println!("main: {:?}", guest.as_mut().poll(&mut context));
}
// ANCHOR_END: main
