return accrue.condition_type {
  title       = "Sequence",
  description = "The member's events and purchases as they are numbered: each gets the next number when it arrives, and keeps it",
  over        = "history",
  facts       = { "purchase", "*" },
}
