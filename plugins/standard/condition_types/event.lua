return accrue.condition_type {
  title       = "Event (current)",
  description = "The event other than a purchase that is being judged",
  over        = "current",
  facts       = { "*" },
}
