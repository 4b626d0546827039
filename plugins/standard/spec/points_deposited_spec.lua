local test = require "accrue.test"

local function moved(points, reason) return { points = points, reason = reason, account = "points", point_source = "base" } end

describe("key phrase points_deposited", function()
  local points_deposited = test.load("key_phrases/points_deposited.lua")
  local vars = { points = 1 }

  it("counts every landing, less reversals", function()
    for _, reason in ipairs { "award", "adjust", "transfer", "import" } do
      assert.equal(500, points_deposited:value(moved(500, reason), vars))
    end
    assert.equal(-500, points_deposited:value(moved(-500, "reversal"), vars))
  end)

  it("does not count what goes out", function()
    for _, reason in ipairs { "deduct", "spend", "expire", "transfer", "adjust" } do
      assert.equal(0, points_deposited:value(moved(-500, reason), vars))
    end
  end)

  it("lets a member enter by a manual adjustment", function()
    local club = test.rules { entrance = { { when = { key_phrase = "points_deposited", operator = ">", points = 100 }, outcomes = {} } } }
    local function adjust(points) club:apply { type = "points.adjust", member = "m-1",
      data = { points = points, account = "points", source = "promo", reason = "gift", actor = "ann" } } end
    adjust "100"
    assert.equal("Member", club:level "m-1")
    adjust "1"
    assert.equal("Gold", club:level "m-1")
  end)
end)
