local test = require "accrue.test"

describe("recipe tuesday-afternoons", function()
  local club

  before_each(function() club = test.program "programs/tuesday-afternoons.json" end)
  after_each(function()
    club:verify()
    club:close()
  end)

  -- 3 March 2026 is a Tuesday; New York is five hours behind UTC, Denver seven.
  local function points(store, time)
    club:purchase("m-1", { total = "20.00", store = store }, time)
    return club:balance "m-1"
  end

  it("doubles what the purchase earned", function() assert.equal(40, points("boston", "2026-03-03T14:00:00-05:00")) end)

  it("begins at noon and ends at six", function()
    assert.equal(20, points("boston", "2026-03-03T11:59:59-05:00"))
    assert.equal(60, points("boston", "2026-03-03T12:00:00-05:00"))
    assert.equal(80, points("boston", "2026-03-03T18:00:00-05:00"))
  end)

  it("leaves other days, the shops of the house and orders without a store alone", function()
    assert.equal(20, points("boston", "2026-03-04T14:00:00-05:00"))
    assert.equal(40, points("flagship", "2026-03-10T14:00:00-05:00"))
    assert.equal(60, points(nil, "2026-03-10T14:00:00-05:00"))
  end)

  it("goes by the clock of the store", function()
    assert.equal(20, points("denver", "2026-03-03T13:00:00-05:00")) -- eleven in Denver
    assert.equal(60, points("denver", "2026-03-03T19:00:00-05:00")) -- five in Denver
  end)
end)
