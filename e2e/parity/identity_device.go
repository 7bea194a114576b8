package parity

import "slices"

func listDevices(limit int, want string) Step { return call("listDevices", M{"limit": limit}, want) }

func forgetSpecific(key, want string) Step {
	return call("forgetSpecificDevice", M{"deviceKey": key}, want)
}

func userPoolDeviceScenarios() []Scenario {
	in := steps(ada(), sitBy("{user}", "USER_PASSWORD_AUTH"), authenticate("{user}", password, "ok"))
	cached, out := do("getCachedDeviceKeyAndPassword", "ok"), call("signOut", nil, "ok")
	withApp := steps(in, do("associateSoftwareToken", "ok"), appCode(), verifyToken("{code}", "phone", "ok"), setMFA(nil, preferred, "ok"), nextAppCode(), out)
	return slices.Concat(
		eachFlow("a device proves itself in the place of an app", "devices", func(f string) []Step {
			return steps(withApp, sitBy("{user}", f), cached, authenticate("{user}", password, "ok"), do("getSession", "ok"), do("getDevice", "ok"))
		}),
		eachFlow("a device is remembered when the user says so", "askedDevices", func(f string) []Step {
			return steps(in, do("associateSoftwareToken", "ok"), appCode(), verifyToken("{code}", "phone", "ok"), setMFA(nil, preferred, "ok"),
				do("getDevice", "ok"), do("setDeviceStatusRemembered", "ok"), do("getDevice", "ok"), out,
				sitBy("{user}", f), cached, authenticate("{user}", password, "ok"),
				do("setDeviceStatusNotRemembered", "ok"), do("getDevice", "ok"), out,
				sitBy("{user}", f), cached, authenticate("{user}", password, "SOFTWARE_TOKEN_MFA"), nextAppCode(), sendAppCode("{code}", "ok"))
		}),
		[]Scenario{
			{Name: "a device is listed and forgotten", Pool: "devices", Steps: steps(in,
				listDevices(10, "ok"), do("getDevice", "ok"), do("forgetDevice", "ok"), listDevices(10, "ok"),
			)},
			{Name: "a device is forgotten by its key", Pool: "devices", Steps: steps(in, thisDevice(),
				forgetSpecific("us-east-1_00000000-0000-4000-8000-000000000000", "ResourceNotFoundException"),
				forgetSpecific("{deviceKey}", "ok"), listDevices(10, "ok"), do("getDevice", "ResourceNotFoundException"),
			)},
			{Name: "a device that the service forgot is forgotten here", Pool: "devices", Steps: steps(withApp, thisDevice(),
				byAdmin("AdminForgetDevice", M{"Username": "{user}", "DeviceKey": "{deviceKey}"}), sit("{user}"), cached,
				authenticate("{user}", password, "SOFTWARE_TOKEN_MFA"), sendAppCode("{code}", "ok"), listDevices(10, "ok"),
			)},
			{Name: "a device outlives the program", Pool: "devices", Steps: steps(in,
				restart(), do("getCurrentUser", "ok"), do("getSession", "ok"), cached, do("getDevice", "ok"), do("refreshSession", "ok"),
			)},
			{Name: "devices of nobody", Pool: "devices", Steps: steps(sit("{user}"),
				nameless("getDevice", nil, notSignedIn), nameless("listDevices", M{"limit": 1}, notSignedIn), nameless("forgetDevice", nil, notSignedIn),
				nameless("setDeviceStatusRemembered", nil, notSignedIn), nameless("setDeviceStatusNotRemembered", nil, notSignedIn),
				nameless("forgetSpecificDevice", M{"deviceKey": deviceKey}, notSignedIn),
			)},
			{Name: "devices of a pool that remembers none", Pool: "names", Steps: steps(in, listDevices(10, invalid), cached)},
			{Name: "a device goes over to the other library", Pool: "devices", Steps: steps(withApp,
				toOther(), sitBy("{user}", "USER_PASSWORD_AUTH"), cached, authenticate("{user}", password, "ok"), do("getDevice", "ok"), out,
				toOther(), sitBy("{user}", "USER_PASSWORD_AUTH"), cached, authenticate("{user}", password, "ok"), do("getDevice", "ok"),
			)},
		},
	)
}
