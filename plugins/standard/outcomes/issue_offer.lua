-- What does not fit the offer's own limit is not issued, and the reply says so.
return accrue.outcome {
  title     = "Issue {quantity} of offer {offer}",
  variables = {
    offer    = accrue.var.offer(),
    quantity = accrue.var.integer { default = 1, min = 1, max = 1000 },
  },
  effects   = function(_, vars) return { accrue.effect.issue_offer { offer = vars.offer, quantity = vars.quantity } } end,
  examples  = { { vars = { offer = "wash5" }, sentence = "Issue 1 of offer wash5" } },
}
