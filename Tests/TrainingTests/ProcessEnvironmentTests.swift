import Testing

@testable import Training

@Suite struct ProcessEnvironmentTests {
  @Test func withoutVariablesThereIsOneProcess() throws {
    #expect(try ProcessEnvironment([:]) == nil)
    #expect(try ProcessEnvironment(["WORLD_SIZE": "1"]) == nil)
    #expect(try ProcessEnvironment(["RANK": "0"]) == nil)
    // A batch script of Slurm's, outside of srun.
    #expect(try ProcessEnvironment(["SLURM_PROCID": "0", "SLURM_NTASKS": "4"]) == nil)
  }

  @Test func torchrun() throws {
    let found = try #require(
      try ProcessEnvironment([
        "RANK": "3", "WORLD_SIZE": "8", "LOCAL_WORLD_SIZE": "4", "MASTER_ADDR": "node1", "MASTER_PORT": "29500",
        "TORCHELASTIC_RUN_ID": "none", "TORCHELASTIC_USE_AGENT_STORE": "True", "TORCHELASTIC_RESTART_COUNT": "2",
      ]))
    #expect(found.launcher == .torchrun)
    #expect((found.rank, found.size, found.localSize) == (3, 8, 4))
    #expect((found.host, found.port) == ("node1", 29500))
    #expect(!found.isHeldByLeader)
    #expect(found.isRestart)
    #expect(found.attempt == "none-2")
  }

  /// Each process of a machine sees one GPU; what Slurm or a user has divided already stays.
  @Test func eachProcessHasAGPUOfItsOwn() throws {
    func own(_ localRank: String?, _ list: String?) throws -> String? {
      var variables = ["RANK": "3", "WORLD_SIZE": "4", "MASTER_ADDR": "node1", "MASTER_PORT": "29500"]
      variables["LOCAL_RANK"] = localRank
      return try #require(try ProcessEnvironment(variables)).ownGPU(among: list)
    }
    #expect(try own("1", nil) == "1")
    #expect(try own("1", "4,6") == "6")
    #expect(try own("0", "GPU-a,GPU-b") == "GPU-a")
    #expect(try own("1", "4") == nil)
    #expect(try own("1", "") == nil)
    #expect(try own("3", "4,6") == "")
    #expect(try own(nil, nil) == nil)
  }

  @Test func aPyTorchJobHoldsItsOwnStore() throws {
    let found = try #require(
      try ProcessEnvironment(["RANK": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "job-master-0", "MASTER_PORT": "23456"]))
    #expect(found.launcher == .variables)
    #expect(found.isHeldByLeader)
    #expect(!found.isRestart)
    #expect(found.localSize == nil)
  }

  @Test func slurm() throws {
    let found = try #require(
      try ProcessEnvironment([
        "SLURM_STEP_NUM_TASKS": "9", "SLURM_PROCID": "8", "SLURM_NODEID": "2", "SLURM_STEP_TASKS_PER_NODE": "4(x2),1",
        "SLURM_STEP_NODELIST": "gpu[03-05]", "SLURM_JOB_ID": "1234567",
      ]))
    #expect(found.launcher == .slurm)
    #expect((found.rank, found.size, found.localSize) == (8, 9, 1))
    #expect((found.host, found.port) == ("gpu03", 34_567))
  }

  @Test func openMPI() throws {
    let found = try #require(
      try ProcessEnvironment([
        "OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
      ]))
    #expect(found.launcher == .openMPI)
    #expect((found.rank, found.host) == (1, "127.0.0.1"))
    #expect(throws: ProcessEnvironment.Failure.self) {
      try ProcessEnvironment([
        "OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
      ])
    }
  }

  @Test(arguments: [
    ("node1", "node1"), ("node1,node2", "node1"), ("node[01-04]", "node01"), ("n[3,7-9],gpu1", "n3"),
    ("rack1-n[2-3]-x,b", "rack1-n2-x"), ("", nil), ("n[]", nil),
  ]) func firstHost(_ list: String, _ expected: String?) {
    #expect(ProcessEnvironment.firstHost(of: list) == expected)
  }

  @Test(arguments: [
    ["WORLD_SIZE": "2"], ["WORLD_SIZE": "2", "RANK": "0"], ["WORLD_SIZE": "2", "RANK": "0", "MASTER_ADDR": "a"],
    ["WORLD_SIZE": "two"], ["WORLD_SIZE": "0"], ["WORLD_SIZE": "-1"], ["WORLD_SIZE": "99999999999999999999"],
    ["WORLD_SIZE": "2", "RANK": "2", "MASTER_ADDR": "a", "MASTER_PORT": "1"],
    ["WORLD_SIZE": "2", "RANK": "1", "MASTER_ADDR": "a", "MASTER_PORT": "70000"],
    ["WORLD_SIZE": "2", "RANK": "1", "MASTER_ADDR": "a", "MASTER_PORT": "1", "TORCHELASTIC_RESTART_COUNT": "x"],
    ["RANK": "0", "MASTER_ADDR": "a"], ["SLURM_STEP_NUM_TASKS": "2"],
    ["SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "1", "SLURM_STEP_NODELIST": "n["],
    ["SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "1", "SLURM_STEP_NODELIST": "n", "SLURM_JOB_ID": "-7"],
  ]) func whatMakesNoSenseIsOneSentence(_ variables: [String: String]) {
    let error = #expect(throws: ProcessEnvironment.Failure.self) { try ProcessEnvironment(variables) }
    #expect(error?.explanation.description.contains("environment variable") == true)
  }
}
