return accrue.condition_type {
  title       = "Events (past)",
  description = "The member's events other than purchases, the one that is being judged among them",
  over        = "history",
  facts       = { "*" },
}
