// @aws-sdk/client-cognito-identity-provider v3: what administrators, and people
// themselves, do about second factors and devices.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
	AdminDeleteSoftwareTokenCommand,
	AdminForgetDeviceCommand,
	AdminGetDeviceCommand,
	AdminGetUserAuthFactorsCommand,
	AdminGetUserCommand,
	AdminInitiateAuthCommand,
	AdminListDevicesCommand,
	AdminRespondToAuthChallengeCommand,
	AdminSetUserMFAPreferenceCommand,
	AdminUpdateDeviceStatusCommand,
	AssociateSoftwareTokenCommand,
	ConfirmDeviceCommand,
	GetTokensFromRefreshTokenCommand,
	GetUserAuthFactorsCommand,
	GetUserCommand,
	ListDevicesCommand,
	SetUserMFAPreferenceCommand,
	VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';
import { nextTOTP, totp } from './otp.mjs';
import { byApp, byMail, bySMS, newPool, ownSender, secretHash } from './pool.mjs';

const on = { Enabled: true };
const off = { Enabled: false };
const preferred = { Enabled: true, PreferredMfa: true };
const nobody = { name: 'UserNotFoundException', message: 'User does not exist.' };
const phone_number = '+15550100';

// enter begins a sign-in as an administrator does it.
const enter = (pool, USERNAME, more = {}) =>
	pool.send(AdminInitiateAuthCommand, {
		ClientId: pool.ClientId,
		AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
		AuthParameters: { USERNAME, PASSWORD: lib.password, ...more },
	});

const answer = (pool, USERNAME, { ChallengeName, Session }, more) =>
	pool.send(AdminRespondToAuthChallengeCommand, {
		ClientId: pool.ClientId,
		ChallengeName,
		Session,
		ChallengeResponses: { USERNAME, ...more },
	});

// reachable makes somebody with both addresses.
const reachable = (pool, name) =>
	pool.add(name, { email: lib.newEmail(name), email_verified: 'true', phone_number, phone_number_verified: 'true' });

// withApp sets an authenticator app up for somebody and returns its secret.
async function withApp(pool, name) {
	const { AccessToken } = (await enter(pool, name)).AuthenticationResult;
	const { SecretCode } = await pool.sdk.send(new AssociateSoftwareTokenCommand({ AccessToken }));
	const { Status } = await pool.sdk.send(
		new VerifySoftwareTokenCommand({ AccessToken, UserCode: await totp(SecretCode), FriendlyDeviceName: 'phone' }),
	);
	assert.equal(Status, 'SUCCESS');
	return { AccessToken, SecretCode };
}

describe('second factors', async () => {
	const pool = await newPool({ ...ownSender, Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] } } });
	await pool.askFor('OPTIONAL', bySMS, byMail, byApp);
	const set = (Username, more) => pool.send(AdminSetUserMFAPreferenceCommand, { Username, ...more });
	const asked = async (name) => (await enter(pool, name)).ChallengeName;
	const settings = async (Username) => {
		const { UserMFASettingList, PreferredMfaSetting } = await pool.send(AdminGetUserCommand, { Username });
		return [UserMFASettingList, PreferredMfaSetting];
	};

	test('AdminSetUserMFAPreference decides what a sign-in asks for', async () => {
		await reachable(pool, 'ada');
		assert.deepEqual(await settings('ada'), [undefined, undefined]);
		await set('ada', { SMSMfaSettings: on });
		assert.equal(await asked('ada'), 'SMS_MFA');
		await set('ada', { EmailMfaSettings: preferred });
		assert.deepEqual(await settings('ada'), [['SMS_MFA', 'EMAIL_OTP'], 'EMAIL_OTP']);
		assert.equal(await asked('ada'), 'EMAIL_OTP');
		await set('ada', { EmailMfaSettings: { Enabled: true, PreferredMfa: false } });
		assert.equal(await asked('ada'), 'SELECT_MFA_TYPE');
		await set('ada', { SMSMfaSettings: preferred });
		assert.equal(await asked('ada'), 'SMS_MFA');
		await set('ada', { SMSMfaSettings: off });
		assert.deepEqual(await settings('ada'), [['EMAIL_OTP'], undefined]);
		await set('ada', { EmailMfaSettings: off });
		assert.deepEqual(await settings('ada'), [undefined, undefined]);
		assert.ok((await enter(pool, 'ada')).AuthenticationResult);
	});

	test('AdminSetUserMFAPreference refuses what nobody could answer', async () => {
		await pool.add('bob');
		for (const [more, what] of [
			[{ SMSMfaSettings: on }, 'SMS_MFA'],
			[{ EmailMfaSettings: on }, 'EMAIL_OTP'],
			[{ SoftwareTokenMfaSettings: on }, 'SOFTWARE_TOKEN_MFA'],
		]) {
			const message = `User does not have delivery config set to turn on ${what}`;
			await assert.rejects(set('bob', more), { name: 'InvalidParameterException', message });
		}
		await reachable(pool, 'both');
		await assert.rejects(set('both', { SMSMfaSettings: preferred, EmailMfaSettings: preferred }), { name: 'InvalidParameterException' });
		assert.deepEqual(await settings('both'), [undefined, undefined]);
		await assert.rejects(set('nobody', { SMSMfaSettings: on }), nobody);
	});

	test('SetUserMFAPreference does the same for oneself', async () => {
		await reachable(pool, 'joe');
		const { AccessToken } = (await enter(pool, 'joe')).AuthenticationResult;
		await pool.sdk.send(new SetUserMFAPreferenceCommand({ AccessToken, EmailMfaSettings: preferred }));
		const { UserMFASettingList, PreferredMfaSetting } = await pool.sdk.send(new GetUserCommand({ AccessToken }));
		assert.deepEqual([UserMFASettingList, PreferredMfaSetting], [['EMAIL_OTP'], 'EMAIL_OTP']);
		assert.equal(await asked('joe'), 'EMAIL_OTP');
	});

	test('a client with a secret proves that it has it with every answer', async () => {
		await reachable(pool, 'kim');
		await set('kim', { SMSMfaSettings: on, EmailMfaSettings: on });
		const secret = { ...pool, ...(await pool.newClient({ GenerateSecret: true })) };
		const SECRET_HASH = secretHash(secret, 'kim');
		const without = {
			name: 'NotAuthorizedException',
			message: `Client ${secret.ClientId} is configured with secret but SECRET_HASH was not received`,
		};
		await assert.rejects(enter(secret, 'kim'), without);
		const choice = await enter(secret, 'kim', { SECRET_HASH });
		await assert.rejects(answer(secret, 'kim', choice, { ANSWER: 'EMAIL_OTP' }), without);
		const due = await answer(secret, 'kim', choice, { ANSWER: 'EMAIL_OTP', SECRET_HASH });
		assert.equal(due.ChallengeName, 'EMAIL_OTP');
		const { UserAttributes } = await pool.send(AdminGetUserCommand, { Username: 'kim' });
		const EMAIL_OTP_CODE = await lib.code(UserAttributes.find((a) => a.Name === 'email').Value);
		await assert.rejects(answer(secret, 'kim', due, { EMAIL_OTP_CODE }), without);
		await assert.rejects(answer(pool, 'kim', due, { EMAIL_OTP_CODE }), { name: 'NotAuthorizedException' });
		assert.ok((await answer(secret, 'kim', due, { EMAIL_OTP_CODE, SECRET_HASH })).AuthenticationResult);
	});

	test('AdminDeleteSoftwareToken takes an app away', async () => {
		await reachable(pool, 'eve');
		const { SecretCode } = await withApp(pool, 'eve');
		await set('eve', { SoftwareTokenMfaSettings: preferred, SMSMfaSettings: on });
		const due = await enter(pool, 'eve');
		assert.equal(due.ChallengeName, 'SOFTWARE_TOKEN_MFA');
		assert.equal(due.ChallengeParameters.FRIENDLY_DEVICE_NAME, 'phone');
		const right = await nextTOTP(SecretCode);
		assert.ok((await answer(pool, 'eve', due, { SOFTWARE_TOKEN_MFA_CODE: right })).AuthenticationResult);

		const open = await enter(pool, 'eve');
		await pool.send(AdminDeleteSoftwareTokenCommand, { Username: 'eve' });
		assert.deepEqual(await settings('eve'), [['SMS_MFA'], undefined]);
		assert.equal(await asked('eve'), 'SMS_MFA');
		await assert.rejects(answer(pool, 'eve', open, { SOFTWARE_TOKEN_MFA_CODE: await nextTOTP(SecretCode) }));
		await assert.rejects(set('eve', { SoftwareTokenMfaSettings: on }), { name: 'InvalidParameterException' });
		await assert.rejects(pool.send(AdminDeleteSoftwareTokenCommand, { Username: 'nobody' }), nobody);

		await set('eve', { SMSMfaSettings: off });
		assert.notEqual((await withApp(pool, 'eve')).SecretCode, SecretCode);
	});

	test('AdminGetUserAuthFactors and GetUserAuthFactors tell what somebody signs in with', async () => {
		await reachable(pool, 'lin');
		const { AccessToken } = await withApp(pool, 'lin');
		const byAdmin = () => pool.send(AdminGetUserAuthFactorsCommand, { Username: 'lin' });
		const byLin = () => pool.sdk.send(new GetUserAuthFactorsCommand({ AccessToken }));
		for (const ask of [byAdmin, byLin]) {
			const { $metadata, ...factors } = await ask();
			assert.deepEqual(factors, { Username: 'lin', ConfiguredUserAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP'] });
		}
		// A code that was sent is no first factor for who has a second one.
		await set('lin', { SoftwareTokenMfaSettings: preferred, EmailMfaSettings: on });
		for (const ask of [byAdmin, byLin]) {
			const { $metadata, ...factors } = await ask();
			assert.deepEqual(factors, {
				Username: 'lin',
				PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA',
				UserMFASettingList: ['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'],
				ConfiguredUserAuthFactors: ['PASSWORD'],
			});
		}
		await assert.rejects(pool.send(AdminGetUserAuthFactorsCommand, { Username: 'nobody' }), nobody);
	});
});

describe('devices', async () => {
	const DeviceConfiguration = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false };
	const pool = await newPool({ ...ownSender, DeviceConfiguration });
	await pool.askFor('OPTIONAL', byMail);
	const gone = { name: 'ResourceNotFoundException', message: 'Device does not exist.' };
	const show = async (Username, DeviceKey) => (await pool.send(AdminGetDeviceCommand, { Username, DeviceKey })).Device;
	const attribute = (device, name) => device.DeviceAttributes.find((a) => a.Name === name)?.Value;
	const list = async (Username, more = {}) => pool.send(AdminListDevicesCommand, { Username, ...more });

	// device signs somebody in on a new one, which is confirmed and returned.
	async function device(name, DeviceName) {
		const { AccessToken, RefreshToken, NewDeviceMetadata } = (await enter(pool, name)).AuthenticationResult;
		const { DeviceKey } = NewDeviceMetadata;
		const DeviceSecretVerifierConfig = { Salt: 'c2FsdA==', PasswordVerifier: Buffer.alloc(384, 7).toString('base64') };
		const confirm = () => pool.sdk.send(new ConfirmDeviceCommand({ AccessToken, DeviceKey, DeviceName, DeviceSecretVerifierConfig }));
		assert.equal((await confirm()).UserConfirmationNecessary, false);
		await assert.rejects(confirm(), { name: 'DeviceKeyExistsException' });
		return { DeviceKey, AccessToken, RefreshToken };
	}

	test('AdminGetDevice, AdminListDevices, AdminUpdateDeviceStatus and AdminForgetDevice', async () => {
		await pool.add('ada', { email: lib.newEmail(), email_verified: 'true' });
		const laptop = await device('ada', 'laptop');
		await pool.send(AdminSetUserMFAPreferenceCommand, { Username: 'ada', EmailMfaSettings: on });
		const shown = await show('ada', laptop.DeviceKey);
		assert.equal(attribute(shown, 'device_name'), 'laptop');
		assert.equal(attribute(shown, 'device_status'), 'valid');
		assert.equal(attribute(shown, 'dev:device_remembered_status'), 'remembered');
		assert.equal(attribute(shown, 'last_ip_used'), '127.0.0.1');
		assert.ok(shown.DeviceCreateDate <= shown.DeviceLastAuthenticatedDate);

		const asked = async () => (await enter(pool, 'ada', { DEVICE_KEY: laptop.DeviceKey })).ChallengeName;
		assert.equal(await asked(), 'DEVICE_SRP_AUTH');
		const status = (DeviceRememberedStatus) =>
			pool.send(AdminUpdateDeviceStatusCommand, { Username: 'ada', DeviceKey: laptop.DeviceKey, DeviceRememberedStatus });
		await status('not_remembered');
		assert.equal(attribute(await show('ada', laptop.DeviceKey), 'dev:device_remembered_status'), 'not_remembered');
		assert.equal(await asked(), 'EMAIL_OTP');
		await status('remembered');
		assert.equal(await asked(), 'DEVICE_SRP_AUTH');

		await pool.send(AdminForgetDeviceCommand, { Username: 'ada', DeviceKey: laptop.DeviceKey });
		await assert.rejects(asked(), gone);
		await assert.rejects(show('ada', laptop.DeviceKey), gone);
		await assert.rejects(pool.send(AdminForgetDeviceCommand, { Username: 'ada', DeviceKey: laptop.DeviceKey }), gone);
		await assert.rejects(status('remembered'), gone);
		assert.deepEqual((await list('ada')).Devices, []);
		// The listing has no UserNotFoundException to answer with.
		await assert.rejects(list('nobody'), { ...nobody, name: 'ResourceNotFoundException' });
	});

	test('a refresh token is good on its device alone, as long as that is known', async () => {
		await pool.add('lin');
		const { ClientId } = pool;
		const [laptop, phone] = [await device('lin', 'laptop'), await device('lin', 'phone')];
		const refresh = (DeviceKey, { RefreshToken } = laptop) =>
			pool.sdk.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken, DeviceKey }));
		const { AuthenticationResult } = await refresh(laptop.DeviceKey);
		assert.equal(lib.claims(AuthenticationResult.AccessToken).device_key, laptop.DeviceKey);
		const invalid = { name: 'NotAuthorizedException', message: 'Invalid Refresh Token' };
		await assert.rejects(refresh(), invalid);
		await assert.rejects(refresh(phone.DeviceKey), invalid);
		await pool.send(AdminForgetDeviceCommand, { Username: 'lin', DeviceKey: laptop.DeviceKey });
		await assert.rejects(refresh(laptop.DeviceKey), { name: 'NotAuthorizedException' });
		assert.ok((await refresh(phone.DeviceKey, phone)).AuthenticationResult);
	});

	test('AdminListDevices turns pages, and nobody has the devices of another', async () => {
		await pool.add('bob');
		await pool.add('eve');
		const keys = [];
		for (const name of ['one', 'two', 'three']) keys.push((await device('bob', name)).DeviceKey);
		const { AccessToken } = await device('eve', 'other');
		const seen = [];
		let PaginationToken;
		do {
			const page = await list('bob', { Limit: 2, PaginationToken });
			assert.ok(page.Devices.length <= 2);
			seen.push(...page.Devices.map((d) => d.DeviceKey));
			({ PaginationToken } = page);
		} while (PaginationToken);
		assert.deepEqual(seen.sort(), keys.sort());
		await assert.rejects(show('eve', keys[0]), gone);
		const { Devices } = await pool.sdk.send(new ListDevicesCommand({ AccessToken }));
		assert.equal(Devices.length, 1);
	});
});
