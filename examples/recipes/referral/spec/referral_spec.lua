local test = require "accrue.test"

describe("recipe referral", function()
  local club

  before_each(function()
    club = test.program "programs/referral.json"
    club:apply { type = "member.join", member = "anna", data = {} }
  end)
  after_each(function()
    club:verify()
    club:close()
  end)

  local function brought(member, by) club:apply { type = "member.join", member = member, data = { links = { referrer = by } } } end

  it("pays both at the friend's first purchase", function()
    brought("ben", "anna")
    assert.equal(0, club:balance "anna")
    club:purchase("ben", "25.00")
    assert.equal(200, club:balance "ben")
    assert.equal(300, club:balance "anna")
  end)

  it("pays once, and only for a purchase that is worth it", function()
    brought("ben", "anna")
    club:purchase("ben", "19.99")
    assert.equal(0, club:balance "anna")
    club:purchase("ben", "20.00")
    club:purchase("ben", "40.00")
    assert.equal(200, club:balance "ben")
    assert.equal(300, club:balance "anna")
  end)

  it("pays nobody when nobody brought them", function()
    club:apply { type = "member.join", member = "cleo", data = {} }
    club:purchase("cleo", "25.00")
    assert.equal(0, club:balance "cleo")
  end)

  it("pays for five friends a year; the friends are paid all the same", function()
    for number = 1, 6 do
      brought("friend-" .. number, "anna")
      club:purchase("friend-" .. number, "25.00")
    end
    assert.equal(1500, club:balance "anna")
    assert.equal(200, club:balance "friend-6")
    club:at "2027-01-02"
    brought("friend-7", "anna")
    club:purchase("friend-7", "25.00")
    assert.equal(1800, club:balance "anna")
  end)

  it("pays the friend alone when the referrer is unknown", function()
    brought("ben", "nobody")
    club:purchase("ben", "25.00")
    assert.equal(200, club:balance "ben")
  end)

  it("lets nobody bring themselves", function()
    local reply = club:send { type = "member.join", member = "ben", data = { links = { referrer = "ben" } } }
    assert.not_equal("applied", reply.status)
  end)
end)
