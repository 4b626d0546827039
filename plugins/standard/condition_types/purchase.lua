return accrue.condition_type {
  title       = "Purchase (current)",
  description = "The purchase that is being judged",
  over        = "current",
  facts       = { "purchase" },
}
