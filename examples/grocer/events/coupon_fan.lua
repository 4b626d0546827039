return accrue.event {
  title = "Coupon fan",
  description = "Raised by rules: many coupons in a month",
  fields = {},
}
