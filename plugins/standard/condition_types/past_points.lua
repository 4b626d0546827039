return accrue.condition_type {
  title       = "Points (past)",
  description = "Everything that moved the member's points",
  over        = "history",
  facts       = { "points" },
}
