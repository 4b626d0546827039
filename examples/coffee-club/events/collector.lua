return accrue.event {
  title = "Collector",
  description = "Raised by rules at a member's third badge, and at each one after",
  fields = {},
}
