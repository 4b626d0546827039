local test = require "accrue.test"

describe("recipe status-points", function()
  local club

  before_each(function() club = test.program "programs/status-points.json" end)
  after_each(function()
    club:verify()
    club:close()
  end)

  it("gives promotions in points alone", function()
    club:purchase("m-1", { total = "100.00", channel = "app" })
    assert.equal(300, club:balance("m-1", "points"))
    assert.equal(100, club:balance("m-1", "status"))
  end)

  it("lifts by status, however many points there are", function()
    club:purchase("m-1", { total = "900.00", channel = "app" })
    assert.equal(2700, club:balance("m-1", "points"))
    assert.equal("Member", club:level "m-1")
    club:purchase("m-1", "100.00")
    assert.equal("Gold", club:level "m-1")
  end)

  it("keeps status apart from spending", function()
    club:purchase("m-1", "900.00")
    club:apply { type = "points.spend", member = "m-1", data = { points = 900, reference = "shoes" } }
    assert.equal(0, club:balance("m-1", "points"))
    assert.equal(900, club:balance("m-1", "status"))
    local reply = club:send { type = "points.spend", member = "m-1", data = { points = 1, account = "status", reference = "hat" } }
    assert.not_equal("applied", reply.status)
    club:purchase("m-1", "100.00")
    assert.equal("Gold", club:level "m-1")
  end)

  it("begins anew each year", function()
    club:purchase("m-1", "900.00", "2026-12-31T12:00:00-05:00")
    club:purchase("m-1", "900.00", "2027-01-01T12:00:00-05:00")
    assert.equal("Member", club:level "m-1")
  end)
end)
