return accrue.condition_type {
  title       = "Total points (current)",
  description = "The member's unspent points",
  over        = "balance",
  facts       = { "points" },
}
