# Written by umconfig provision: a Cognito user pool for the Node server of Scalabel
# (24 April 2020 to today, nested layout).
# What it makes, umconfig discover takes over into the configuration file, and umconfig
# doctor checks.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.95"
    }
  }
}

provider "aws" {
  region = "{{region}}"
}

variable "pool_name" {
  type        = string
  description = "Name of the user pool and of its app client"
  default     = "{{poolName}}"

  validation {
    condition     = can(regex("^[\\w\\s+=,.@-]{1,128}$", var.pool_name))
    error_message = "It must be made of letters, digits, blanks and + = , . @ - _ (128 at most)."
  }
}

variable "domain_prefix" {
  type        = string
  description = "Login pages are at https://PREFIX.auth.REGION.amazoncognito.com"
  default     = "{{domainPrefix}}"

  validation {
    condition     = can(regex("^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$", var.domain_prefix))
    error_message = "It must be made of lower-case letters, digits and hyphens (63 at most), without aws, amazon or cognito in it."
  }
}

variable "callback_urls" {
  type        = list(string)
  description = "Where the login page sends people back to: the address of the server, with /callback"
  default     = ["{{callbackUrls}}"]

  validation {
    condition     = alltrue([for url in var.callback_urls : can(regex("^https?://[^/?#]+/callback$", url))])
    error_message = "Every one must end in /callback, where the server receives logins."
  }
}

variable "sign_out_urls" {
  type        = list(string)
  description = "Where people land after signing out"
  default     = ["{{signOutUrls}}"]

  validation {
    condition     = alltrue([for url in var.sign_out_urls : can(regex("^https?://[^?#]+$", url))])
    error_message = "Every one must be a plain address without a query."
  }
}

# The people. Its issuer stays the original one, which is the default: both servers
# refuse the tokens of the updated one. Invitations go out by the mail of Cognito
# itself, about 50 a day; for more of them, add an email configuration with SES.
resource "aws_cognito_user_pool" "pool" {
  name = var.pool_name

  # People sign in with their email address, so everybody has one, and the server knows
  # people by it. Cannot be changed later.
  username_attributes = ["email"]

  # Ada@acme.org and ada@acme.org are one person. Cannot be changed later.
  username_configuration {
    case_sensitive = false
  }

  # Cognito sends passwords only to an address that has been verified.
  auto_verified_attributes = ["email"]

  # If true, only admins can create accounts. If false, anyone who finds the login page
  # can sign up and sign in.
  admin_create_user_config {
    allow_admin_create_user_only = "{{onlyAdminsCreateUsers}}"
  }

  # Who has forgotten the password gets a code by mail.
  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  # A password is enough. A second factor can be asked for later, with the same people.
  mfa_configuration = "OFF"

  # With the pool all accounts would be gone. To delete it, set this to INACTIVE first.
  deletion_protection = "ACTIVE"

  # A plan that would delete it, or replace it by an empty one, fails.
  lifecycle {
    prevent_destroy = true
  }
}

# What the server shows itself to Cognito as.
resource "aws_cognito_user_pool_client" "client" {
  user_pool_id = aws_cognito_user_pool.pool.id
  name         = var.pool_name

  # The Node server never sends a client secret. For a client that has one Cognito refuses
  # every login.
  generate_secret = false

  # Without it there are no login pages for this client, whatever stands below.
  allowed_oauth_flows_user_pool_client = true

  # The server asks for an authorization code and for nothing else.
  allowed_oauth_flows = ["code"]

  # Without openid there is no id token, and without email there is no address in it. The
  # server asks for no scope itself, so it gets these.
  allowed_oauth_scopes = ["openid", "email"]

  # The people of this pool. Without any the login page has nothing to offer.
  supported_identity_providers = ["COGNITO"]

  # Cognito compares every character with the configuration file, and the server receives
  # logins at /callback only.
  callback_urls = var.callback_urls

  # Where people may be sent after signing out; every character counts here, too.
  logout_urls = var.sign_out_urls

  # The defaults without the one for Lambda functions: none in which a program hands over
  # a password as it is.
  explicit_auth_flows = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"]

  # A wrong address and a wrong password get the same answer, so nobody finds out who has
  # an account.
  prevent_user_existence_errors = "ENABLED"

  # A refresh token that has been stolen can be made worthless.
  enable_token_revocation = true

  # In minutes. The pages send the access token with every request and fetch a new one
  # when it has expired: for so long somebody who has been disabled still gets in.
  access_token_validity = 60
  id_token_validity     = 60

  # In days. For so long nobody has to sign in again. Not rotated: the pages go on using
  # the first one.
  refresh_token_validity = 7

  token_validity_units {
    access_token  = "minutes"
    id_token      = "minutes"
    refresh_token = "days"
  }
}

# The login pages.
resource "aws_cognito_user_pool_domain" "domain" {
  user_pool_id = aws_cognito_user_pool.pool.id

  # Has to be free in its region. Where somebody else has it, this fails: deploy again
  # with another one.
  domain = var.domain_prefix

  # The classic hosted UI. Version 2 shows "Login pages unavailable" until it is given a
  # style.
  managed_login_version = 1
}

# The Node server knows no roles. The group says who would be an admin if it did.
resource "aws_cognito_user_group" "group" {
  user_pool_id = aws_cognito_user_pool.pool.id

  # Exactly so, in lower case.
  name        = "admin"
  description = "Admins of the Scalabel server"
}

output "user_pool_id" {
  description = "For umconfig discover --pool"
  value       = aws_cognito_user_pool.pool.id
}

output "client_id" {
  description = "For umconfig discover --client"
  value       = aws_cognito_user_pool_client.client.id
}
