-- Issued: unused and not over, though perhaps not valid yet; expired: over unused.
local fields <const> = { issued = "offers", redeemed = "offers_redeemed", expired = "offers_expired" }

return accrue.key_phrase {
  title      = "Member has an offer {offer} that is {state}",
  conditions = "profile",
  variables  = {
    offer = accrue.var.offer(),
    state = accrue.var.choice { of = { "issued", "redeemed", "expired" }, default = "issued" },
  },
  test       = function(member, vars)
    local count = member[fields[vars.state]][vars.offer] or 0
    return count > 0, count
  end,
  examples   = { { vars = { offer = "wash5" }, sentence = "Member has an offer wash5 that is issued" } },
}
