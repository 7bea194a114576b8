// amazon-cognito-identity-js as parity.Run asks for it: the methods of a pool
// and of one user of it, their callbacks turned into results.

export function openIdentity(require, settings, items) {
	const library = require('amazon-cognito-identity-js');
	const Storage = {
		setItem: (key, value) => (items.set(key, `${value}`), value),
		getItem: (key) => items.get(key) ?? null,
		removeItem: (key) => void items.delete(key),
		clear: () => items.clear(),
	};
	const pool = new library.CognitoUserPool({
		UserPoolId: settings.userPoolId,
		ClientId: settings.clientId,
		endpoint: `${settings.endpoint}/`,
		Storage,
	});
	const seat = { library, pool, Storage, user: null };
	return {
		call: async (name, input) => methods[name](seat, input),
		failure: ({ name, code, message }) => ({ name: code ?? name, message }),
		events: [],
		close() {},
	};
}

const list = (Type, map) => Object.entries(map ?? {}).map(([Name, Value]) => new Type({ Name, Value }));
const attributeMap = (items) => Object.fromEntries(items.map(({ Name, Value }) => [Name, Value]));

// ended returns what a method gives to its (err, result) callback.
function ended(run) {
	return new Promise((resolve, reject) => run((err, result) => (err ? reject(err) : resolve(result))));
}

// succeeded returns what a method gives to onSuccess.
function succeeded(run) {
	return new Promise((onSuccess, onFailure) => run({ onSuccess, onFailure }));
}

// answered returns what a method of a sign-in comes to: a session or a challenge.
function answered(run) {
	return new Promise((resolve, reject) => {
		const challenge = (name) => (...given) => resolve({ challenge: name, given });
		run({
			onSuccess: (session, necessary) => resolve({ session: described(session), confirmDevice: necessary || undefined }),
			onFailure: reject,
			newPasswordRequired: (userAttributes, requiredAttributes) =>
				resolve({ challenge: 'NEW_PASSWORD_REQUIRED', userAttributes, requiredAttributes }),
			mfaRequired: challenge('SMS_MFA'),
			totpRequired: challenge('SOFTWARE_TOKEN_MFA'),
			customChallenge: challenge('CUSTOM_CHALLENGE'),
			mfaSetup: challenge('MFA_SETUP'),
			selectMFAType: challenge('SELECT_MFA_TYPE'),
		});
	});
}

const described = (session) => ({
	idToken: session.getIdToken().getJwtToken(),
	accessToken: session.getAccessToken().getJwtToken(),
	refreshToken: session.getRefreshToken()?.getToken(),
	valid: session.isValid(),
});

const data = ({ Username, UserAttributes, UserMFASettingList, PreferredMfaSetting }) => ({
	username: Username,
	attributes: attributeMap(UserAttributes),
	mfa: UserMFASettingList,
	preferredMfa: PreferredMfaSetting,
});

const methods = {
	// user sits down somebody, as new CognitoUser does.
	user: (seat, { username, flow }) => {
		seat.user = new seat.library.CognitoUser({ Username: username, Pool: seat.pool, Storage: seat.Storage });
		if (flow) seat.user.setAuthenticationFlowType(flow);
	},
	getCurrentUser: (seat) => {
		const user = seat.pool.getCurrentUser();
		if (user) seat.user = user;
		return user && { username: user.getUsername() };
	},
	getUsername: ({ user }) => user.getUsername(),
	signUp: async ({ library, pool }, { username, password, attributes, validationData, clientMetadata }) => {
		const lists = [list(library.CognitoUserAttribute, attributes), list(library.CognitoUserAttribute, validationData)];
		const up = await ended((done) => pool.signUp(username, password, ...lists, done, clientMetadata));
		return { userSub: up.userSub, userConfirmed: up.userConfirmed, codeDeliveryDetails: up.codeDeliveryDetails };
	},
	confirmRegistration: ({ user }, { code, forceAliasCreation }) =>
		ended((done) => user.confirmRegistration(code, forceAliasCreation, done)),
	resendConfirmationCode: async ({ user }) => {
		return (await ended((done) => user.resendConfirmationCode(done))).CodeDeliveryDetails;
	},
	authenticateUser: ({ library, user }, { username, password, validationData, clientMetadata }) => {
		const details = new library.AuthenticationDetails({
			Username: username,
			Password: password,
			ValidationData: validationData,
			ClientMetadata: clientMetadata,
		});
		return answered((callbacks) => user.authenticateUser(details, callbacks));
	},
	initiateAuth: ({ library, user }, { username, authParameters }) => {
		const details = new library.AuthenticationDetails({ Username: username, AuthParameters: authParameters });
		return answered((callbacks) => user.initiateAuth(details, callbacks));
	},
	completeNewPasswordChallenge: ({ user }, { password, attributes }) =>
		answered((callbacks) => user.completeNewPasswordChallenge(password, attributes ?? {}, callbacks)),
	sendCustomChallengeAnswer: ({ user }, { answer, clientMetadata }) =>
		answered((callbacks) => user.sendCustomChallengeAnswer(answer, callbacks, clientMetadata)),
	sendMFACode: ({ user }, { code, mfaType, clientMetadata }) =>
		answered((callbacks) => user.sendMFACode(code, callbacks, mfaType, clientMetadata)),
	sendMFASelectionAnswer: ({ user }, { answer }) =>
		answered((callbacks) => user.sendMFASelectionAnswer(answer, callbacks)),
	associateSoftwareToken: ({ user }) =>
		new Promise((resolve, onFailure) =>
			user.associateSoftwareToken({ associateSecretCode: (sharedSecret) => resolve({ sharedSecret }), onFailure }),
		),
	// verifySoftwareToken gives the session during a sign-in, and the service's answer after it.
	verifySoftwareToken: ({ user }, { code, name }) =>
		new Promise((resolve, onFailure) => {
			const onSuccess = (given) => resolve(given.getIdToken ? { session: described(given) } : given.Status);
			user.verifySoftwareToken(code, name, { onSuccess, onFailure });
		}),
	setUserMfaPreference: ({ user }, { sms, totp }) => ended((done) => user.setUserMfaPreference(sms ?? null, totp ?? null, done)),
	getMFAOptions: ({ user }) => ended((done) => user.getMFAOptions(done)),
	enableMFA: ({ user }) => ended((done) => user.enableMFA(done)),
	disableMFA: ({ user }) => ended((done) => user.disableMFA(done)),
	getDevice: async ({ user }) => knownDevice((await succeeded((callbacks) => user.getDevice(callbacks))).Device),
	listDevices: async ({ user }, { limit, paginationToken }) => {
		const page = await succeeded((callbacks) => user.listDevices(limit, paginationToken, callbacks));
		return { devices: (page.Devices ?? []).map(knownDevice), more: Boolean(page.PaginationToken) };
	},
	forgetDevice: ({ user }) => succeeded((callbacks) => user.forgetDevice(callbacks)),
	forgetSpecificDevice: ({ user }, { deviceKey }) => succeeded((callbacks) => user.forgetSpecificDevice(deviceKey, callbacks)),
	setDeviceStatusRemembered: ({ user }) => succeeded((callbacks) => user.setDeviceStatusRemembered(callbacks)),
	setDeviceStatusNotRemembered: ({ user }) => succeeded((callbacks) => user.setDeviceStatusNotRemembered(callbacks)),
	getSession: async ({ user }) => described(await ended((done) => user.getSession(done))),
	refreshSession: async (seat) => {
		const { library, user } = seat;
		const RefreshToken = user.getSignInUserSession()?.getRefreshToken().getToken() ?? stored(seat);
		const token = new library.CognitoRefreshToken({ RefreshToken });
		return described(await ended((done) => user.refreshSession(token, done)));
	},
	// setSignInUserSession gives the user's tokens to a new user of the same name.
	setSignInUserSession: (seat) => {
		const session = seat.user.getSignInUserSession();
		methods.user(seat, { username: seat.user.getUsername() });
		seat.user.setSignInUserSession(session);
	},
	getSignInUserSession: ({ user }) => {
		const session = user.getSignInUserSession();
		return session && described(session);
	},
	getUserData: async ({ user }, { bypassCache }) =>
		data(await ended((done) => user.getUserData(done, { bypassCache }))),
	getUserAttributes: async ({ user }) => attributeMap(await ended((done) => user.getUserAttributes(done))),
	// signOut with a callback revokes the tokens first; without, it only forgets them.
	signOut: ({ user }, { revoke }) => (revoke ? ended((done) => user.signOut(done)) : void user.signOut()),
	revokeTokens: ({ user }) => ended((done) => user.revokeTokens(done)),
	globalSignOut: ({ user }) =>
		new Promise((onSuccess, onFailure) => user.globalSignOut({ onSuccess, onFailure })),
	getCachedDeviceKeyAndPassword: ({ user }) => {
		user.getCachedDeviceKeyAndPassword();
		return device(user);
	},
	cacheDeviceKeyAndPassword: ({ user }, { deviceKey, deviceGroupKey, randomPassword }) => {
		Object.assign(user, { deviceKey, deviceGroupKey, randomPassword });
		user.cacheDeviceKeyAndPassword();
	},
	clearCachedDeviceKeyAndPassword: ({ user }) => user.clearCachedDeviceKeyAndPassword(),
	forgotPassword: async ({ user }, { clientMetadata }) =>
		(await new Promise((onSuccess, onFailure) => user.forgotPassword({ onSuccess, onFailure }, clientMetadata))).CodeDeliveryDetails,
	confirmPassword: ({ user }, { code, password, clientMetadata }) =>
		new Promise((onSuccess, onFailure) => user.confirmPassword(code, password, { onSuccess, onFailure }, clientMetadata)),
	changePassword: ({ user }, { old, password }) => ended((done) => user.changePassword(old, password, done)),
	updateAttributes: ({ library, user }, { attributes, clientMetadata }) =>
		new Promise((resolve, reject) => {
			const done = (err, is, details) => (err ? reject(err) : resolve({ is, sent: details.CodeDeliveryDetailsList ?? [] }));
			user.updateAttributes(list(library.CognitoUserAttribute, attributes), done, clientMetadata);
		}),
	deleteAttributes: ({ user }, { names }) => ended((done) => user.deleteAttributes(names, done)),
	getAttributeVerificationCode: async ({ user }, { name, clientMetadata }) =>
		(
			await new Promise((inputVerificationCode, onFailure) =>
				user.getAttributeVerificationCode(name, { inputVerificationCode, onFailure }, clientMetadata),
			)
		).CodeDeliveryDetails,
	verifyAttribute: ({ user }, { name, code }) =>
		new Promise((onSuccess, onFailure) => user.verifyAttribute(name, code, { onSuccess, onFailure })),
	deleteUser: ({ user }) => ended((done) => user.deleteUser(done)),
	newPool: ({ library }, { userPoolId, clientId }) => {
		const made = new library.CognitoUserPool({ UserPoolId: userPoolId, ClientId: clientId });
		return { id: made.getUserPoolId(), name: made.getUserPoolName(), clientId: made.getClientId() };
	},
};

const knownDevice = ({ DeviceKey, DeviceAttributes }) => ({
	key: DeviceKey,
	attributes: { ...attributeMap(DeviceAttributes), device_name: '' },
});

const device = ({ deviceKey, deviceGroupKey, randomPassword }) => ({ deviceKey, deviceGroupKey, randomPassword });

// stored is the refresh token of the user, who has no session in memory.
function stored({ pool, user, Storage }) {
	return Storage.getItem(`CognitoIdentityServiceProvider.${pool.getClientId()}.${user.getUsername()}.refreshToken`);
}
