local test = require "accrue.test"

describe("condition type audience", function()
  -- domain 16.14, example 34
  it("is one operand among others: audience and (balance or event)", function()
    for case = 0, 7 do
      local in_audience, rich, event = case & 1 ~= 0, case & 2 ~= 0, case & 4 ~= 0
      local club = test.rules { event = { { when = { all = {
        { key_phrase = "in_audience", audience = "staff" },
        { any = { { key_phrase = "current_point_balance", operator = ">=", points = 100 },
          { key_phrase = "trigger_an_event", event = "member.join",
            constraints = { context = { key = "kind", value = event and "right" or "other" } } } } } } },
        outcomes = { { outcome = "points_fixed", points = 1, account = "status", source = "promo" } } } } }
      if in_audience then club:apply { type = "audience.enter", member = "m-1", data = { audience = "staff" } } end
      if rich then club:apply { type = "points.adjust", member = "m-1",
        data = { points = "100", account = "points", source = "promo", reason = "gift", actor = "ann" } } end
      club:apply { type = "member.join", member = "m-1", data = { kind = "right" } }
      local expected = in_audience and (rich or event) and 1 or 0
      assert.equal(expected, club:balance("m-1", "status"), "case " .. case)
    end
  end)
end)
