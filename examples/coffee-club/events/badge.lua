return accrue.event {
  title = "Badge",
  description = "Raised by rules when a member has done something worth one",
  fields = {},
}
