-- The course, and the exercise that `cargo exercise` has checked last: it is in no package of the course.
-- Neovim 0.11 or newer reads this file where `vim.o.exrc = true` is set, and asks first whether you trust it.
local projects = { "Cargo.toml", "tests/exercise/editor/Cargo.toml" }
vim.lsp.config("rust_analyzer", {
  init_options = { linkedProjects = projects },
  settings = { ["rust-analyzer"] = { linkedProjects = projects } },
})
