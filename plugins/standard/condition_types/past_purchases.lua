return accrue.condition_type {
  title       = "Purchases (past)",
  description = "The member's purchases, the one that is being judged among them",
  over        = "history",
  facts       = { "purchase" },
}
