//! Wake the cook who can begin.
//!
//! Cooks with pans of different sizes sleep at one bell. Sometimes there are enough orders for
//! one of them, and this one sleeps on. Let each cook begin as soon as the orders are there.
//!
//!     cargo exercise check condition/batch

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
        self.orders.lock().expect("nobody panics").push_back(order);
        self.bell.notify_one();
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
