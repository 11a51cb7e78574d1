#!powershell
#Requires -Module Ansible.ModuleUtils.Legacy
