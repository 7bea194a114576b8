package storetest

import (
	"testing"

	"github.com/cenote-auth/cenote/internal/store"
)

// Run checks the contract of store.Store. open is called once a subtest and
// returns an empty store.
func Run(t *testing.T, open func(*testing.T) store.Store) {
	for _, tt := range []struct {
		name string
		test func(*testing.T, store.Store)
	}{
		{"UpdateKeepsWhatItWrote", testUpdateKeeps},
		{"AnErrorRollsBack", testErrorRollsBack},
		{"APanicRollsBackAndGoesOn", testPanicRollsBack},
		{"AnEndedContextRunsNothing", testEndedContext},
		{"AContextThatEndsWithinAnUpdateUndoesNothing", testContextEndsWithin},
		{"AContextThatEndsWithinAViewStopsIt", testContextEndsInView},
		{"OneOfManyThatFailsLeavesTheOthers", testOneFails},
		{"UpdateRunsAgainOnConflict", testRunsAgain},
		{"UpdateGivesUpAfterEightTries", testGivesUp},
		{"NoIncrementIsLost", testNoIncrementIsLost},
		{"AViewIsOneMoment", testViewIsOneMoment},
		{"AfterCloseNothingRuns", testAfterClose},

		{"MetaIsSetOnce", testMetaOnce},
		{"DataKeys", testDataKeys},
		{"SigningKeys", testSigningKeys},
		{"RetireSigningKey", testRetireSigningKey},
		{"AnAccessKeyIsWhatWasStored", testAccessKey},
		{"AccessKeysInPages", testAccessKeys},

		{"APoolIsWhatWasStored", testPool},
		{"CreatePoolTwice", testCreatePoolTwice},
		{"PoolsAreInByteOrder", testPoolOrder},
		{"UpdatePool", testUpdatePool},
		{"NoChangeOfAPoolIsLost", testNoChangeOfAPoolIsLost},
		{"RemoveAndClearPool", testRemovePool},
		{"APoolMadeAgainIsAnother", testPoolAgain},
		{"SweepClearsStragglers", testStragglers},
		{"AClientIsWhatWasStored", testClient},
		{"CreateClientTwice", testCreateClientTwice},
		{"AClientMadeAgainIsAnother", testClientAgain},
		{"ARolledBackClientIsNotRemembered", testClientNotRemembered},
		{"ClientsOfAPool", testClients},
		{"UpdateClient", testUpdateClient},

		{"AUserIsWhatWasStored", testUser},
		{"CreateUserTwice", testCreateUserTwice},
		{"UpdateUser", testUpdateUser},
		{"Aliases", testAliases},
		{"TakeAlias", testTakeAlias},
		{"DeleteUser", testDeleteUser},
		{"FormerPasswords", testFormerPasswords},
		{"NoFormerPasswordIsLost", testNoFormerPasswordIsLost},
		{"NamesAreComparedByteByByte", testNamesByByte},
		{"PoolsShareNoNames", testPoolsShareNoNames},
		{"PoolsShareNoRows", testPoolsShareNoRows},
		{"PoolsShareNoOwners", testPoolsShareNoOwners},
		{"TenThousandUsersInPages", testPages},
		{"UsersByFilter", testUserFilters},
		{"UsersByFilterInPages", testUserFilterPages},
		{"UsersByFilterBesideChanges", testUserFilterChanges},
		{"OneOfManyGetsAName", testOneGetsName},
		{"OneOfManyGetsAnAlias", testOneGetsAlias},

		{"AGroupIsWhatWasStored", testGroup},
		{"CreateGroupTwice", testCreateGroupTwice},
		{"UpdateGroupLosesNoChange", testUpdateGroup},
		{"GroupsInPages", testGroupPages},
		{"MembershipsAreSeenFromBothSides", testMembers},
		{"MembersInPages", testMemberPages},
		{"ARemovedGroupIsGoneAtOnce", testRemoveGroup},
		{"ClearGroup", testClearGroup},
		{"DeleteUserEndsMemberships", testDeleteMember},
		{"ClearPoolEndsGroups", testClearPoolGroups},
		{"OneOfManyMakesAGroup", testOneMakesGroup},
		{"GroupsOfAUserAreCountedExactly", testCountGroupsOfUser},
		{"NoMembershipOutlivesItsUser", testMemberOutlives},

		{"ASettingIsWhatWasStored", testSetting},
		{"ASecondNameBelongsToOneSetting", testSettingNames},
		{"SettingsEndWithTheirClient", testSettingsOfClient},
		{"SettingsEndWithTheirPool", testSettingsEndWithPool},
		{"SettingsAreCountedExactly", testSettingsAreCounted},
		{"ADomainIsWhatWasStored", testDomain},
		{"OneOfManyPoolsGetsADomain", testOneGetsDomain},
		{"RatesOfAPoolAndOfEveryPool", testRates},
		{"RatesEndWithTheirPool", testRatesEndWithPool},

		{"AnImportIsWhatWasStored", testImport},
		{"OneOfManyImportsOfAPoolRuns", testOneImportRuns},
		{"AnImportEndsWithItsPool", testImportEndsWithPool},

		{"ACodeIsSpentOnce", testSpendCode},
		{"TheNewestCodeCounts", testNewestCode},
		{"VoidCode", testVoidCode},
		{"VoidCodes", testVoidCodes},
		{"AttemptsAreCountedExactly", testAttempts},
		{"ClearAttempt", testClearAttempt},
		{"ARefreshTokenIsWhatWasStored", testRefreshToken},
		{"RevokeFamily", testRevokeFamily},
		{"OneOfManyRotatesAToken", testRotate},
		{"WhatIsRevokedIsNotRotated", testRevokedIsNotRotated},
		{"SetTokenAgent", testSetTokenAgent},
		{"OneOfManySpendsASignIn", testSpendSignIn},
		{"TheNewestTokensOfAUser", testTokenFamilies},
		{"RevokeDevice", testRevokeDevice},
		{"NoTokenSurvivesItsFamily", testTokenBesideRevocation},

		{"ASoftwareTokenIsWhatWasStored", testSoftwareToken},
		{"APasswordOfASoftwareTokenIsUsedOnce", testUseSoftwareToken},
		{"APasskeyIsWhatWasStored", testPasskey},
		{"OneOfManyGetsACredentialID", testOneGetsPasskey},
		{"PasskeysAreCountedExactly", testPasskeysAreCounted},
		{"ACounterOfAPasskeyIsUsedOnce", testUsePasskey},
		{"ADeviceIsWhatWasStored", testDevice},
		{"OneOfManyConfirmsADevice", testOneGetsDevice},
		{"AConversationIsWhatWasStored", testConversation},
		{"OneOfManyTakesATurn", testTakeTurn},
		{"AnEventIsWhatWasStored", testEvent},
		{"EventsAreListedNewestFirst", testEvents},
		{"VisitsAreWhatWasTheUsers", testVisits},
		{"NothingOutlivesItsUser", testNothingOutlives},

		{"MessagesAreListedNewestFirst", testMessages},
		{"MessagesAreClaimedOnce", testClaimMessages},
		{"MessagesAreClaimedByMedium", testClaimMessagesOfAMedium},
		{"RetryMessage", testRetryMessage},
		{"Jobs", testJobs},
		{"JobsAreClaimedOnce", testClaimJobs},
		{"Backlog", testBacklog},
		{"Sweep", testSweep},
		{"WhatIsRenewedIsNotSwept", testSweepBesideRenewal},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.test(t, open(t))
		})
	}
}
