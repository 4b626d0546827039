local test = require "accrue.test"

describe("recipe three-good-months", function()
  local club

  before_each(function() club = test.program "programs/three-good-months.json" end)
  after_each(function()
    club:verify()
    club:close()
  end)

  -- Amounts by day, then a small purchase on 2 April.
  local function points(spent)
    for _, day in ipairs(spent) do club:purchase("m-1", day[2], day[1]) end
    club:purchase("m-1", "5.00", "2026-04-02")
    return club:balance "m-1"
  end

  it("pays with the first purchase after them", function()
    local spent = { { "2026-01-05", "300.00" }, { "2026-02-10", "120.00" }, { "2026-02-28", "180.00" }, { "2026-03-31", "400.00" } }
    assert.equal(500, points(spent))
  end)

  it("pays once a month, and again when the next month was as good", function()
    points { { "2026-01-05", "300.00" }, { "2026-02-10", "300.00" }, { "2026-03-31", "300.00" } }
    club:purchase("m-1", "295.00", "2026-04-03")
    assert.equal(500, club:balance "m-1")
    club:purchase("m-1", "1.00", "2026-05-01")
    assert.equal(1000, club:balance "m-1")
  end)

  it("wants every month, whatever they sum up to", function()
    assert.equal(0, points { { "2026-01-05", "300.00" }, { "2026-02-10", "299.99" }, { "2026-03-31", "900.00" } })
  end)

  it("does not look at the month that has begun", function()
    assert.equal(0, points { { "2026-02-10", "300.00" }, { "2026-03-10", "300.00" }, { "2026-04-01", "300.00" } })
  end)
end)
