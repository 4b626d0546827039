-- One after another while the balance that lower ranks left is at the threshold and at the price (domain P12): the core repeats,
-- for it alone knows what each purchase leaves.
return accrue.outcome {
  title     = "Buy offer {offer}[ as long as there are {threshold|point|points}][ in {account}]",
  variables = {
    offer     = accrue.var.offer(),
    threshold = accrue.var.points { optional = true, min = 0, help = "the price is needed in any case" },
    account   = accrue.var.account { optional = true, help = "that pays; default: the offer's" },
  },
  effects   = function(_, vars)
    return { accrue.effect.purchase_offer { offer = vars.offer, threshold = math.max(vars.threshold or 1, 1), account = vars.account } }
  end,
  examples  = { { vars = { offer = "ten_off", threshold = 200 }, sentence = "Buy offer ten_off as long as there are 200 points" } },
}
