return accrue.event {
  title = "Campaign joined",
  description = "The household is mailed a campaign with coupons",
  fields = {
    campaign = accrue.var.text(),
    campaign_type = accrue.var.choice { of = { "Type A", "Type B", "Type C" } },
    start = accrue.var.date(),
    ["end"] = accrue.var.date(),
  },
}
