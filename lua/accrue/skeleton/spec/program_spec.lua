-- The whole program on a memory ledger: events in, balances and levels out.
local test = require "accrue.test"

describe("the program", function()
  local club

  before_each(function() club = test.program "programs/my-rules.json" end)
  after_each(function() club:close() end)

  local function fill_up(litres, grade)
    return club:purchase("m-1", { items = { { amount = "10.00", context = { litres = litres, grade = grade } } } })
  end

  it("gives a bonus for thirty litres of diesel", function()
    assert.fired("Diesel bonus", fill_up("35.00", "diesel"))
    assert.balance(13, club, "m-1") -- 10 of base earning, 3 of the bonus
  end)

  it("gives none for less, or for another grade", function()
    assert.not_fired("Diesel bonus", fill_up("29.99", "diesel"))
    assert.not_fired("Diesel bonus", fill_up("60.00", "95"))
    assert.balance(20, club, "m-1")
  end)

  it("gives it three times a month", function()
    for _ = 1, 4 do fill_up("30.00", "diesel") end
    assert.balance(49, club, "m-1")
    club:at "2026-02-01"
    assert.fired("Diesel bonus", fill_up("30.00", "diesel"))
  end)

  it("raises who bought five hundred litres", function()
    for _ = 1, 4 do fill_up("100.00", "95") end
    assert.level("Member", club, "m-1")
    fill_up("100.00", "95")
    assert.level("Gold", club, "m-1")
  end)

  it("gives points for new tyres", function()
    club:apply { type = "service_visit", member = "m-1", data = { work = "tyres" } }
    club:apply { type = "service_visit", member = "m-1", data = { work = "repair" } }
    assert.balance(50, club, "m-1")
  end)
end)
