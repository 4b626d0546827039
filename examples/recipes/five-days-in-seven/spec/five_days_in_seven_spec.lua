local test = require "accrue.test"

describe("recipe five-days-in-seven", function()
  local club

  before_each(function() club = test.program "programs/five-days-in-seven.json" end)
  after_each(function()
    club:verify()
    club:close()
  end)

  -- Visits at ten o'clock of days of March; the points after each.
  local function points(...)
    local balances = {}
    for number, day in ipairs { ... } do
      club:apply { type = "visit", member = "m-1", time = string.format("2026-03-%02dT10:%02d:00+01:00", day, number) }
      balances[number] = club:balance "m-1"
    end
    return balances
  end

  it("pays on the fifth day", function() assert.same({ 0, 0, 0, 0, 100 }, points(2, 3, 5, 6, 8)) end)

  it("counts a day once, however often one comes", function() assert.same({ 0, 0, 0, 0, 0, 0, 100 }, points(2, 2, 2, 3, 4, 5, 6)) end)

  it("wants them within seven days", function() assert.same({ 0, 0, 0, 0, 0, 0, 100 }, points(2, 3, 5, 6, 9, 10, 11)) end)

  it("starts anew after it paid", function()
    assert.same({ 0, 0, 0, 0, 100, 100, 100, 100, 100, 200 }, points(2, 3, 4, 5, 6, 7, 8, 9, 10, 11))
  end)
end)
