return accrue.event {
  title = "Big thanks",
  description = "Raised by rules: a coupon fan, time and again",
  fields = {},
}
