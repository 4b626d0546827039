-- Split tender (domain C3 to C5): one tender that qualifies is enough for the whole purchase; with `all` each must; with
-- `prorate` the part counts that was paid with tenders that qualify.
local choose = require "choose"

-- All or nothing, as a share.
local function whole(yes)
  return yes and 1 or 0, 1
end

return accrue.constraint {
  title      = "[paid with {include}, not {exclude}|paid with {include}|not paid with {exclude}] (tenders: {match})",
  conditions = { "purchase", "past_purchases" },
  variables  = {
    include = accrue.var.set { of = "payment_type", optional = true },
    exclude = accrue.var.set { of = "payment_type", optional = true },
    match   = accrue.var.choice { of = { "any", "all", "prorate" }, setting = "tender_match",
                                  help = "one tender is enough, each must, or the part paid so counts" },
  },
  check      = function(vars) choose.check("payment_type", vars) end,
  portion    = function(purchase, vars)
    local payments = purchase.payments
    if #payments == 0 then return whole(not vars.include) end
    local fitting, paid, total = 0, 0, 0
    for _, payment in ipairs(payments) do
      total = total + payment.amount
      if choose.accepts(payment.type, vars) then
        fitting, paid = fitting + 1, paid + payment.amount
      end
    end
    if vars.match == "all" then return whole(fitting == #payments) end
    if vars.match == "prorate" and total > 0 then return math.max(0, math.min(paid, total)), total end
    return whole(fitting > 0) -- without amounts there is nothing to divide
  end,
  examples   = {
    { vars = { include = { "store_card" }, match = "any" }, sentence = "paid with store_card (tenders: any)" },
    { vars = { exclude = { "points" }, match = "prorate" }, sentence = "not paid with points (tenders: prorate)" },
  },
}
