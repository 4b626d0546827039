local test = require "accrue.test"

local function moved(points, reason) return { points = points, reason = reason, account = "points", point_source = "base" } end

describe("key phrase earn_points", function()
  local earn_points = test.load("key_phrases/earn_points.lua")
  local vars = { points = 1 }

  it("counts awards and positive adjustments, less reversals", function()
    assert.equal(500, earn_points:value(moved(500, "award"), vars))
    assert.equal(500, earn_points:value(moved(500, "adjust"), vars))
    assert.equal(-500, earn_points:value(moved(-500, "reversal"), vars))
  end)

  it("counts nothing else", function()
    assert.equal(0, earn_points:value(moved(-500, "adjust"), vars))
    for _, reason in ipairs { "deduct", "spend", "expire" } do
      assert.equal(0, earn_points:value(moved(-500, reason), vars))
    end
    for _, reason in ipairs { "transfer", "import", "spend", "reversal" } do
      assert.equal(0, earn_points:value(moved(500, reason), vars))
    end
  end)

  -- domain W3: a purchase rule sees the points before it, entrance those of it too
  it("sees the points of earlier events in a purchase rule, those of this one at the entrance", function()
    local shop = test.rules {
      base_earn = { { points = 1, per = "1.00", account = "points", source = "base" } },
      purchase = { { when = { all = { { key_phrase = "make_a_purchase" }, { key_phrase = "earn_points", operator = ">=", points = 10 } } },
        outcomes = { { outcome = "points_fixed", points = 1, account = "fine", source = "promo" } } } },
      entrance = { { when = { key_phrase = "earn_points", operator = ">=", points = 10 }, outcomes = {} } },
    }
    shop:purchase("m-1", "9.00")
    assert.equal("Member", shop:level "m-1")
    shop:purchase("m-1", "1.00")
    assert.equal("Gold", shop:level "m-1")
    assert.equal("0.00", shop:balance("m-1", "fine"))
    shop:purchase("m-1", "1.00")
    assert.equal("1.00", shop:balance("m-1", "fine"))
  end)

  it("narrows by account and source", function()
    local shop = test.rules {
      base_earn = { { points = 1, per = "1.00", account = "points", source = "base" } },
      purchase = { { when = { key_phrase = "make_a_purchase" },
        outcomes = { { outcome = "points_fixed", points = 50, account = "points", source = "promo" } } } },
      entrance = { { when = { key_phrase = "earn_points", operator = ">=", points = 10, constraints = { point_source = { "base" } } },
        outcomes = {} } },
    }
    shop:purchase("m-1", "9.00")
    assert.equal("Member", shop:level "m-1")
    shop:purchase("m-1", "1.00")
    assert.equal("Gold", shop:level "m-1")
  end)
end)
