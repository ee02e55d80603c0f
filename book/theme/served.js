'use strict';
// Only the pages that `cargo book` serves have this script. They look for the server that they came from, by whatever name.
document.documentElement.dataset.served = '';
