return accrue.event {
  title = "Milestone",
  description = "Raised by rules: a member has earned a thousand points within a year",
  fields = {},
}
