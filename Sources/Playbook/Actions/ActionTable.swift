/// The engine's own actions: the one list that parsing, documentation and completion derive from.
package enum ActionTable {
  package static let all: [any Action.Type] = [
    AddHostAction.self,
    AssertAction.self,
    AsyncStatusAction.self,
    DebugAction.self,
    FailAction.self,
    FetchAction.self,
    GatherFactsAction.self,
    GroupByAction.self,
    ImportRoleAction.self,
    ImportTasksAction.self,
    IncludeRoleAction.self,
    IncludeTasksAction.self,
    IncludeVarsAction.self,
    MetaActionSpec.self,
    PauseAction.self,
    RebootAction.self,
    SetFactAction.self,
    SetStatsAction.self,
    ValidateArgumentSpecAction.self,
    WaitForConnectionAction.self,
  ]
}
