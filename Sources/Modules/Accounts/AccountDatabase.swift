import Values

/// One line of `/etc/passwd`, with what predictions leave unknown.
struct PasswdEntry: Sendable, Hashable {
  var name: String
  /// `x` when the hash stands in `/etc/shadow`.
  var password: String
  /// `nil`: a user that an earlier task of a check run would make.
  var uid: Int?
  var gid: Int?
  var comment: String
  var home: String
  var shell: String

  /// `nil` for a line that is no account (`+::::::` of NIS, a comment).
  init?(line: Substring) {
    let fields = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard fields.count >= 7, let uid = Int(fields[2]), let gid = Int(fields[3]) else { return nil }
    (name, password, self.uid, self.gid) = (fields[0], fields[1], uid, gid)
    (comment, home, shell) = (fields[4], fields[5], fields[6])
  }

  /// A user that does not exist yet.
  init(predicted name: String, _ prediction: UserPrediction) {
    self.name = name
    password = "x"
    uid = prediction.uid
    comment = prediction.comment ?? ""
    home = prediction.home ?? "/home/\(name)"
    shell = prediction.shell ?? ""
  }
}

/// One line of `/etc/shadow`. Days are counted from 1970-01-01; -1 stands for an empty field.
struct ShadowEntry: Sendable, Hashable {
  var password: String
  var minimumDays: Int
  var maximumDays: Int
  var warningDays: Int
  var inactiveDays: Int
  var expiryDay: Int

  init?(line: Substring) {
    let fields = line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard fields.count >= 8 else { return nil }
    password = fields[1]
    minimumDays = Int(fields[3]) ?? -1
    maximumDays = Int(fields[4]) ?? -1
    warningDays = Int(fields[5]) ?? -1
    inactiveDays = Int(fields[6]) ?? -1
    expiryDay = Int(fields[7]) ?? -1
  }
}

/// One line of `/etc/group`.
struct GroupEntry: Sendable, Hashable {
  var name: String
  /// `nil`: a group that an earlier task of a check run would make.
  var gid: Int?
  var members: [String]

  init?(line: Substring) {
    let fields = line.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count >= 3, let gid = Int(fields[2]) else { return nil }
    name = String(fields[0])
    self.gid = gid
    members = fields.count > 3 ? fields[3].split(separator: ",").map(String.init) : []
  }

  init(name: String, gid: Int?, members: [String] = []) {
    self.name = name
    self.gid = gid
    self.members = members
  }
}

extension [GroupEntry] {
  /// The group of a number or a name, as ansible looks it up: numbers first.
  func find(_ nameOrNumber: String) -> GroupEntry? {
    if let number = Int(nameOrNumber), let group = first(where: { $0.gid == number }) { return group }
    return first { $0.name == nameOrNumber }
  }
}
