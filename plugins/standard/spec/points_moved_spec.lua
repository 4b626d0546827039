local test = require "accrue.test"

describe("key phrase points_moved", function()
  local phrase = test.load("key_phrases/points_moved.lua")

  it("measures the movement without its sign", function()
    local vars = { event = "points.spent", points = 1 }
    assert.equal(500, phrase:value({ points = -500, reason = "spend", account = "points", point_source = "base" }, vars))
    assert.equal(500, phrase:value({ points = 500, reason = "award", account = "points", point_source = "base" }, vars))
  end)

  local function shop(condition)
    condition.key_phrase = "points_moved"
    return test.rules {
      accounts = { points = { default = true }, status = { spendable = false } },
      sources = { base = { accounts = { "points", "status" } } , promo = { accounts = { "points" } } },
      base_earn = { { points = 1, per = "1.00", account = "points", source = "base" },
        { points = 10, per = "1.00", account = "status", source = "base" } },
      event = { { when = condition, outcomes = { { outcome = "points_fixed", points = 5, account = "points", source = "promo" } } } },
    }
  end

  it("fires at a movement that is large enough, of accounts that can be spent", function()
    local club = shop { event = "points.earned", points = 50 }
    club:purchase("m-1", "49.00")
    assert.equal(49, club:balance("m-1", "points"))
    club:purchase("m-1", "50.00")
    assert.equal(104, club:balance("m-1", "points")) -- its own 5 are too few to wake it again
  end)

  it("is narrowed by account and source", function()
    local club = shop { event = "points.earned", points = 100, constraints = { point_account = { "status" } } }
    club:purchase("m-1", "10.00")
    assert.equal(15, club:balance("m-1", "points"))
    club = shop { event = "points.earned", constraints = { point_source = { "promo" } } }
    club:purchase("m-1", "10.00")
    assert.equal(10, club:balance("m-1", "points"))
  end)

  it("sees what is spent", function()
    local club = shop { event = "points.spent", operator = ">=", points = 20 }
    club:purchase("m-1", "100.00")
    club:apply { type = "points.spend", member = "m-1", data = { points = "20", reference = "a" } }
    assert.equal(85, club:balance("m-1", "points"))
  end)
end)
