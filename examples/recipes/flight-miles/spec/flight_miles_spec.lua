local test = require "accrue.test"

describe("recipe flight-miles", function()
  local club

  before_each(function() club = test.program "programs/flight-miles.json" end)
  after_each(function()
    club:verify()
    club:close()
  end)

  local function miles(distance, cabin)
    local before = club:balance("m-1", "miles")
    club:apply { type = "flight", member = "m-1", data = { distance = distance, cabin = cabin } }
    return club:balance("m-1", "miles") - before
  end

  it("looks up distance and cabin", function()
    assert.equal(125, miles(150, "economy"))
    assert.equal(1500, miles(2000, "premium"))
    assert.equal(6000, miles(9000, "business"))
  end)

  it("counts a band's last mile in", function()
    assert.equal(125, miles(600, "economy"))
    assert.equal(300, miles(601, "economy"))
    assert.equal(1200, miles(1500, "business"))
    assert.equal(3000, miles(1501, "business"))
  end)

  it("refuses at the door what the table does not know", function()
    local reply = club:send { type = "flight", member = "m-1", data = { distance = 600, cabin = "first" } }
    assert.equal("rejected", reply.status)
    assert.matches("cabin", reply.error.path)
    assert.equal("rejected", club:send({ type = "flight", member = "m-1", data = { cabin = "economy" } }).status)
  end)
end)
