return accrue.condition_type {
  title       = "Points (current)",
  description = "The movement of the member's points that is being judged: points.earned, points.spent or points.expired",
  over        = "current",
  facts       = { "points" },
}
