local test = require "accrue.test"

describe("recipe birthday-month", function()
  local club

  before_each(function()
    club = test.program "programs/birthday-month.json"
    club:apply { type = "member.join", member = "m-1", data = { birthday = "1990-05-20" }, time = "2026-01-02" }
  end)
  after_each(function()
    club:verify()
    club:close()
  end)

  local function points(total, day)
    club:purchase("m-1", total, day)
    return club:balance "m-1"
  end

  it("doubles from the first to the last day of the month", function()
    assert.equal(30, points("30.00", "2026-04-30"))
    assert.equal(90, points("30.00", "2026-05-01"))
    assert.equal(150, points("30.00", "2026-05-31"))
    assert.equal(180, points("30.00", "2026-06-01"))
  end)

  it("adds 500 a year at most, and what is left of them", function()
    assert.equal(800, points("400.00", "2026-05-02"))
    assert.equal(1200, points("300.00", "2026-05-03")) -- 300, and the 100 that are left
    assert.equal(1210, points("10.00", "2026-05-04"))
    assert.equal(1230, points("10.00", "2027-05-04"))
  end)

  it("doubles nothing for those whose birthday nobody knows", function()
    club:purchase("m-2", "30.00", "2026-05-02")
    assert.equal(30, club:balance "m-2")
  end)
end)
