// amazon-cognito-identity-js v6, whose callbacks become promises: of the name of
// the callback that was called, and of what it was called with.
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js';
import * as lib from './lib.mjs';

export const flows = ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'];

// newUser returns somebody at a client, who signs in by a flow.
export function newUser(Username, { UserPoolId, ClientId }, flow = flows[0]) {
	const Pool = new CognitoUserPool({ UserPoolId, ClientId, endpoint: `${lib.endpoint}/` });
	const user = new CognitoUser({ Username, Pool });
	user.setAuthenticationFlowType(flow);
	return user;
}

// asking calls run with callbacks for whatever may come of it.
function asking(run) {
	return new Promise((resolve, onFailure) => {
		const told = (name) => (...args) => resolve([name, ...args]);
		const names = ['onSuccess', 'newPasswordRequired', 'mfaRequired', 'totpRequired', 'selectMFAType', 'mfaSetup', 'customChallenge'];
		run({ onFailure, ...Object.fromEntries(names.map((name) => [name, told(name)])) });
	});
}

// enter begins a sign-in.
export function enter(user, Password = lib.password) {
	const details = new AuthenticationDetails({ Username: user.getUsername(), Password });
	return asking((callbacks) => user.authenticateUser(details, callbacks));
}

// completing chooses a new password.
export const completing = (user, password, attributes) =>
	asking((callbacks) => user.completeNewPasswordChallenge(password, attributes, callbacks));

// selecting chooses a second factor.
export const selecting = (user, factor) => asking((callbacks) => user.sendMFASelectionAnswer(factor, callbacks));

// sending answers with a code, and returns the session.
export async function sending(user, code, factor = 'SMS_MFA') {
	const [, session] = await asking((callbacks) => user.sendMFACode(code, callbacks, factor));
	return session;
}

// associating returns the secret for an authenticator app.
export function associating(user) {
	return new Promise((associateSecretCode, onFailure) => user.associateSoftwareToken({ associateSecretCode, onFailure }));
}

// proving ends the set-up of an authenticator app, and returns the session if
// that is what a sign-in waited for.
export function proving(user, code) {
	return new Promise((onSuccess, onFailure) => user.verifySoftwareToken(code, 'phone', { onSuccess, onFailure }));
}

// preferring says which second factors there are: settings for SMS and app.
export function preferring(user, sms, app) {
	return new Promise((resolve, reject) => {
		user.setUserMfaPreference(sms, app, (err, result) => (err ? reject(err) : resolve(result)));
	});
}

// userData is what the server knows of the user now.
export function userData(user) {
	return new Promise((resolve, reject) => {
		user.getUserData((err, data) => (err ? reject(err) : resolve(data)), { bypassCache: true });
	});
}

// device calls one of the methods for devices.
export function device(user, method, ...args) {
	return new Promise((onSuccess, onFailure) => user[method](...args, { onSuccess, onFailure }));
}
