return accrue.condition_type {
  title = "Visit", over = "current", facts = { "*" },
  constraints = { "time", "contxt" },
}
