package parity

import "slices"

// thisDevice names the device of the storage.
func thisDevice() Step { return remembered(storageKey("{user}", "deviceKey"), "deviceKey") }

func fetchDevices(want string) Step   { return call("fetchDevices", nil, want) }
func rememberDevice(want string) Step { return call("rememberDevice", nil, want) }

// forgetDevice has the device of that id forgotten, this one if it is empty.
func forgetDevice(id, want string) Step {
	if id == "" {
		return call("forgetDevice", nil, want)
	}
	return call("forgetDevice", M{"device": M{"id": id}}, want)
}

const noDevice = "DeviceMetadataNotFoundException"

// deviceScenarios are about devices that the service remembers.
func deviceScenarios() []Scenario {
	return slices.Concat(
		eachWay("a device proves itself in the place of an app", "devices", func(w way) []Step {
			then := "DONE"
			if w.options["preferredChallenge"] == "PASSWORD" {
				then = askApp // no device is named there
			}
			return steps(withApp(), session(), signOut(),
				w.signIn("{user}", other, refused), w.signIn("{user}", password, then))
		}),
		[]Scenario{
			{Name: "a device is listed and forgotten", Pool: "devices", Steps: steps(ada(),
				enter("{user}", password, "DONE"), fetchDevices("ok"), forgetDevice("", "ok"), fetchDevices("ok"),
				forgetDevice("", noDevice), rememberDevice(noDevice), signOut(),
				enter("{user}", password, "DONE"), fetchDevices("ok"),
			)},
			{Name: "a device is forgotten by its id", Pool: "devices", Steps: steps(ada(),
				enter("{user}", password, "DONE"), thisDevice(), forgetDevice("us-east-1_00000000-0000-4000-8000-000000000000", "ResourceNotFoundException"),
				forgetDevice("{deviceKey}", "ok"), fetchDevices("ok"), rememberDevice(noDevice), ended(forced("ok")), currentUser(notSignedIn),
			)},
			{Name: "another device is forgotten, and this one is not", Pool: "devices", Steps: steps(ada(),
				enter("{user}", password, "DONE"), thisDevice(), signOut(),
				forget(storageKey("{user}", "deviceKey"), storageKey("{user}", "deviceGroupKey"), storageKey("{user}", "randomPasswordKey")),
				enter("{user}", password, "DONE"), fetchDevices("ok"), forgetDevice("{deviceKey}", "ok"), fetchDevices("ok"), forced("ok"),
			)},
			{Name: "a device is remembered when the user says so", Pool: "askedDevices", Steps: steps(ada(),
				enter("{user}", password, "DONE"), setUpTOTP("ok"), appCode(), verifyTOTP("{code}", "ok"), prefer(M{"totp": "PREFERRED"}, "ok"),
				signOut(), enter("{user}", password, askApp), nextAppCode(), confirmSignIn("{code}", "DONE"),
				fetchDevices("ok"), rememberDevice("ok"), fetchDevices("ok"), signOut(),
				enter("{user}", password, "DONE"), currentUser("ok"),
			)},
			{Name: "a device that the service forgot is forgotten here", Pool: "devices", Steps: steps(withApp(), signOut(),
				enter("{user}", password, "DONE"), thisDevice(), signOut(),
				byAdmin("AdminForgetDevice", M{"Username": "{user}", "DeviceKey": "{deviceKey}"}),
				enter("{user}", password, askApp), confirmSignIn("{code}", "DONE"), fetchDevices("ok"),
			)},
			{Name: "a device that the service forgot is forgotten here, by SRP", Pool: "devices", Steps: steps(withApp(), thisDevice(), signOut(),
				byAdmin("AdminForgetDevice", M{"Username": "{user}", "DeviceKey": "{deviceKey}"}),
				signIn("{user}", password, askApp), confirmSignIn("{code}", "DONE"), fetchDevices("ok"),
			)},
			{Name: "a device whose password is wrong does not prove itself", Pool: "devices", Steps: steps(withApp(), signOut(),
				write(storageKey("{user}", "randomPasswordKey"), "wrong"), enter("{user}", password, refused),
			)},
			{Name: "devices of nobody", Pool: "devices", Steps: steps(
				fetchDevices(notSignedIn), rememberDevice(notSignedIn), forgetDevice("", notSignedIn),
			)},
			{Name: "devices of a pool that remembers none", Pool: "names", Steps: steps(ada(), enter("{user}", password, "DONE"),
				fetchDevices(invalid), rememberDevice(noDevice), forgetDevice("", noDevice),
			)},
			{Name: "a device is remembered without a second factor", Pool: "trackedOnly", Steps: steps(ada(),
				enter("{user}", password, "DONE"), session(), signOut(), signIn("{user}", password, "DONE"), session(), fetchDevices("ok"),
			)},
			{Name: "a device goes over to the other library", Pool: "devices", Steps: steps(withApp(), signOut(),
				toOther(), enter("{user}", password, "DONE"), fetchDevices("ok"), forced("ok"), signOut(),
				toOther(), signIn("{user}", password, "DONE"), currentUser("ok"), fetchDevices("ok"), forced("ok"), forgetDevice("", "ok"), fetchDevices("ok"),
			)},
			{Name: "a device of a user who deletes herself", Pool: "devices", Steps: steps(ada(), enter("{user}", password, "DONE"),
				call("deleteUser", nil, "ok"),
			)},
			{Name: "a session of a device is refreshed", Pool: "devices", Steps: steps(ada(), enter("{user}", password, "DONE"),
				forced("ok"), restart(), forced("ok"),
			)},
			{Name: "a device and a riddle", Pool: "riddleDevices", Steps: steps(ada(),
				enterBy("CUSTOM_WITHOUT_SRP", "{user}", "", riddleStep), confirmSignIn("42", "DONE"), signOut(),
				enterBy("CUSTOM_WITHOUT_SRP", "{user}", "", riddleStep), confirmSignIn("42", "DONE"), fetchDevices("ok"),
			)},
		},
	)
}
