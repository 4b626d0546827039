local test = require "accrue.test"

local function moved(points, reason) return { points = points, reason = reason, account = "points", point_source = "base" } end

describe("key phrase spend_points", function()
  local spend_points = test.load("key_phrases/spend_points.lua")
  local vars = { points = 1 }

  it("counts what was spent, less what a cancelled spend gave back", function()
    assert.equal(200, spend_points:value(moved(-200, "spend"), vars))
    assert.equal(-50, spend_points:value(moved(50, "spend"), vars))
  end)

  it("counts nothing else", function()
    for _, reason in ipairs { "deduct", "expire", "reversal", "transfer", "adjust" } do
      assert.equal(0, spend_points:value(moved(-200, reason), vars))
    end
    assert.equal(0, spend_points:value(moved(200, "award"), vars))
  end)

  it("is not fed by a deduction", function()
    local shop = test.rules {
      purchase = { { when = { key_phrase = "make_a_purchase" },
        outcomes = { { outcome = "points_fixed", points = 10, account = "points", source = "promo" },
          { outcome = "points_fixed", points = -5, account = "points", source = "promo" } } } },
      entrance = { { when = { key_phrase = "spend_points", operator = ">=", points = 1 }, outcomes = {} } },
    }
    shop:purchase("m-1", "5.00")
    assert.equal(5, shop:balance("m-1", "points"))
    assert.equal("Member", shop:level "m-1")
  end)
end)
