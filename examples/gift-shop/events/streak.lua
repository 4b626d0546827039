return accrue.event {
  title = "Streak",
  description = "Raised by rules: a member bought in every month of a quarter",
  fields = {},
}
