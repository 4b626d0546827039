-- Split tender: one tender that qualifies is enough, with `all` each must (domain C3 to C5).
local choose = require "choose"

return accrue.constraint {
  title      = "[paid with {include}, not {exclude}|paid with {include}|not paid with {exclude}] by {match} of the tenders",
  conditions = { "purchase", "past_purchases" },
  variables  = {
    include = accrue.var.set { of = "payment_type", optional = true },
    exclude = accrue.var.set { of = "payment_type", optional = true },
    match   = accrue.var.choice { of = { "any", "all" }, default = "any" },
  },
  check      = function(vars) choose.check("payment_type", vars) end,
  accepts    = function(purchase, vars)
    local payments = purchase.payments
    if #payments == 0 then return not vars.include end
    local all = vars.match == "all"
    for _, payment in ipairs(payments) do
      if choose.accepts(payment.type, vars) ~= all then return not all end
    end
    return all
  end,
  examples   = { { vars = { include = { "store_card" } }, sentence = "paid with store_card by any of the tenders" } },
}
