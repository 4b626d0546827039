return accrue.outcome {
  title     = "{points|point|points} into {account} from {source}",
  variables = {
    points  = accrue.var.points { help = "negative deducts" },
    account = accrue.var.account(),
    source  = accrue.var.source(),
    expires = accrue.var.duration { optional = true, help = "of these points; default: as the account says" },
  },
  check     = function(vars)
    if vars.points == 0 then error("points_fixed needs points other than 0", 0) end
    if vars.points < 0 and vars.expires then error("points_fixed: points that are deducted have no expires", 0) end
  end,
  effects   = function(_, vars)
    if vars.points < 0 then return { accrue.effect.deduct { account = vars.account, points = -vars.points } } end
    return { accrue.effect.award { account = vars.account, source = vars.source, points = vars.points, expires = vars.expires } }
  end,
  examples  = {
    { vars = { points = 100, account = "points", source = "promo" }, sentence = "100 points into points from promo" },
  },
}
