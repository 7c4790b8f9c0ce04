// Reads configuration files with yaml.v2 as the Go servers do and prints the result: the oracle of tests/campaigns/readers.ts.
// Each input line is a JSON text. Each output line is {"text": …, "bool": …}, the struct of each Go server (the switch is a text
// in one and a boolean in the other), or the reader's error.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	yaml "gopkg.in/yaml.v2"
)

// The keys that both servers read, with their names in the file.
type common struct {
	Port           int    `yaml:"port" json:"port"`
	Data           string `yaml:"data" json:"data"`
	Src            string `yaml:"src" json:"src"`
	AppSubDir      string `yaml:"appSubDir" json:"appSubDir"`
	Database       string `yaml:"database" json:"database"`
	ModelGateHost  string `yaml:"modelGateHost" json:"modelGateHost"`
	ModelGatePort  string `yaml:"modelGatePort" json:"modelGatePort"`
	Region         string `yaml:"region" json:"region"`
	DomainName     string `yaml:"domainName" json:"domainName"`
	ClientID       string `yaml:"clientId" json:"clientId"`
	ClientSecret   string `yaml:"clientSecret" json:"clientSecret"`
	RedirectURI    string `yaml:"redirectUri" json:"redirectUri"`
	LogOutURI      string `yaml:"logOutUri" json:"logOutUri"`
	AwsTokenURL    string `yaml:"awsTokenURL" json:"awsTokenURL"`
	AwsJwkURL      string `yaml:"awsJwkUrl" json:"awsJwkUrl"`
	UserPoolID     string `yaml:"userPoolID" json:"userPoolID"`
}

type textSwitch struct {
	common         `yaml:",inline"`
	UserManagement string `yaml:"userManagement" json:"userManagement"`
}

type boolSwitch struct {
	common         `yaml:",inline"`
	UserManagement bool `yaml:"userManagement" json:"userManagement"`
}

type outcome struct {
	Value interface{} `json:"value,omitempty"`
	Error string      `json:"error,omitempty"`
}

func read(text string, into interface{}) (result outcome) {
	defer func() {
		if cause := recover(); cause != nil {
			result = outcome{Error: fmt.Sprint("panic: ", cause)}
		}
	}()
	if err := yaml.Unmarshal([]byte(text), into); err != nil {
		return outcome{Error: err.Error()}
	}
	return outcome{Value: into}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<22)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var text string
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		var generic interface{}
		if err := answers.Encode(map[string]outcome{
			"text": read(text, &textSwitch{}),
			"bool": read(text, &boolSwitch{}),
			"any":  {Error: read(text, &generic).Error},
		}); err != nil {
			os.Exit(1)
		}
	}
}
