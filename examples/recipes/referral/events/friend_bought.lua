return accrue.event {
  title = "A friend has bought",
  description = "Raised for the referrer by the first purchase of a member who was brought",
  fields = {},
}
