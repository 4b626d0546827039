local test = require "accrue.test"

describe("program airline", function()
  local club

  before_each(function() club = test.program("programs/airline.json", { start = "2025-01-01" }) end)
  after_each(function()
    club:verify()
    club:close()
  end)

  local function fly(km, cabin, time)
    club:apply { type = "flight", member = "m-1", data = { km = km, cabin = cabin or "economy" }, time = time }
  end

  local function earned(km, cabin, time)
    local before = tonumber(club:balance("m-1", "miles"))
    fly(km, cabin, time)
    return string.format("%.2f", tonumber(club:balance("m-1", "miles")) - before)
  end

  it("gives miles by the kilometre, to the hundredth", function()
    assert.equal("358.31", earned("843.1")) -- 843.1 x 0.425 = 358.3175
    assert.equal("537.46", earned("843.1", "business")) -- and 843.1 x 0.2125 = 179.158..., each rounded down
    assert.equal(168, club:balance("m-1", "status"))
  end)

  it("adds by level and season", function()
    for _ = 1, 4 do fly("7500.0", "economy", "2025-02-01") end
    assert.equal("Silver", club:level "m-1")
    assert.equal(2, club:offers("m-1", "lounge"))
    assert.equal("575.00", earned("1000.0", "economy", "2025-06-14T12:00:00+02:00")) -- 425 + 200 x 75 %
    assert.equal("475.00", earned("1000.0", "economy", "2025-06-15T00:00:00+02:00")) -- 425 + 200 x 25 %
    assert.equal("475.00", earned("1000.0", "economy", "2025-09-15T23:59:59+02:00"))
    assert.equal("575.00", earned("1000.0", "economy", "2025-09-16T00:00:00+02:00"))
    assert.equal("475.00", earned("1000.0", "economy", "2026-01-06T12:00:00+01:00"))
  end)

  it("gives Gold its bonus for entering, once a year, and more than it costs in the quiet months", function()
    for _ = 1, 8 do fly("9999.9", "economy", "2025-02-01") end
    assert.equal("Silver", club:level "m-1")
    assert.equal("5000.46", earned("0.8", "economy", "2025-02-02T12:00:00Z")) -- 0.34 and 0.12 as Silver, then the entrance
    assert.equal("Gold", club:level "m-1")
    assert.equal("800.00", earned("1000.0", "economy", "2025-03-01T12:00:00Z"))
    assert.equal("625.00", earned("1000.0", "economy", "2025-07-01T12:00:00Z"))
  end)

  it("caps the bonus of a month", function()
    for _ = 1, 9 do fly("9000.0", "economy", "2025-02-01") end
    fly("9000.0", "economy", "2025-03-01T12:00:00Z")
    fly("9000.0", "economy", "2025-03-02T12:00:00Z")
    fly("9000.0", "economy", "2025-03-03T12:00:00Z")
    assert.equal("3825.00", earned("9000.0", "economy", "2025-03-04T12:00:00Z")) -- 3 x 3375 of 10000 are gone
  end)

  it("takes kilometres from the lines of a partner's receipt, and miles from the trolley", function()
    club:purchase("m-1", { total = "620.40", items = {
      { category = "tickets/partner", amount = "600.00", km = "1204.7" }, { category = "drinks", amount = "20.40" } } })
    assert.equal("316.47", club:balance("m-1", "miles")) -- 1204.7 x 0.25 = 301.175, 20.40 x 0.75 = 15.30
  end)

  it("opens the desk to Silver and Gold", function()
    club:apply { type = "points.adjust", member = "m-1",
      data = { points = "20000.00", account = "miles", source = "welcome", reason = "moved from a partner", actor = "desk" } }
    local buy = { type = "offer.purchase", member = "m-1", data = { offer = "upgrade" } }
    assert.equal("refused", club:send(buy).status)
    for _ = 1, 4 do fly "7500.0" end
    assert.equal("applied", club:send(buy).status)
    assert.equal(1, club:offers("m-1", "upgrade"))
  end)

  it("keeps miles for three years", function()
    fly("1000.0", "economy", "2025-02-10T12:00:00Z")
    club:clock "2028-02-10T12:00:00Z"
    assert.equal("425.00", club:balance("m-1", "miles"))
    club:clock "2028-02-11T12:00:00Z"
    assert.equal("0.00", club:balance("m-1", "miles"))
  end)

  it("gives every member of events.ndjson what expected.ndjson says", function()
    assert.same({ applied = 284 }, club:replay "events.ndjson")
    local members = 0
    for line in io.lines(club.dir .. "/expected.ndjson") do
      local wanted = test.json.decode(line)
      assert.same(wanted.balances, club:member(wanted.member).balances)
      assert.equal(wanted.levels.airline, club:level(wanted.member))
      members = members + 1
    end
    assert.equal(12, members)
  end)

  it("has the events that generate.lua writes", function()
    local written = io.popen("lua5.4 '" .. club.dir .. "/generate.lua'")
    for line in io.lines(club.dir .. "/events.ndjson") do assert.equal(line, written:read "l") end
    assert.is_nil(written:read "l")
    written:close()
  end)
end)
