-- The member's own points, spent whole or not at all; unlike a deduction it counts as spending (domain P11).
return accrue.outcome {
  title     = "Spend {points|point|points} from {account}",
  variables = {
    points  = accrue.var.points { min = 0 },
    account = accrue.var.account(),
  },
  check     = function(vars)
    if vars.points == 0 then error("spend_points needs more than 0 points", 0) end
  end,
  effects   = function(_, vars) return { accrue.effect.spend { account = vars.account, points = vars.points } } end,
  examples  = { { vars = { points = 200, account = "points" }, sentence = "Spend 200 points from points" } },
}
