return accrue.event {
  title = "Coupon redeemed",
  description = "A campaign's coupon was handed in",
  fields = {
    campaign = accrue.var.text(),
    campaign_type = accrue.var.choice { of = { "Type A", "Type B", "Type C" } },
    coupon = accrue.var.text(),
  },
}
